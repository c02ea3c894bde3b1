package judge

import "slices"

// kept checks that each order that was acknowledged is there at the end, byte for byte.
func (j *judge) kept() {
	for name, k := range j.keys {
		if k.won == nil {
			continue
		}
		if got := j.Orders[k.won.Location]; got != k.won.Body {
			j.violation("key %s: %s is %q, and was acknowledged as %q", name, k.won.Location, got, k.won.Body)
		}
		if l := j.lists[k.won.Payload.Customer]; l == nil || !has(l, k.won.Body) {
			j.violation("key %s: the order is in no list: %s", name, k.won.Body)
		}
	}
}

func has(l *list, item string) bool {
	_, ok := l.at[item]
	return ok
}

// once checks that each order that is listed belongs to a key, and each key has one order.
func (j *judge) once() {
	orderOf := make(map[string]string) // by key
	for customer, l := range j.lists {
		for i, item := range l.items {
			if l.at[item] != i {
				j.violation("customer %s: an order is listed twice: %s", customer, item)
				continue
			}
			o, err := parse(item)
			if err != nil {
				j.violation("customer %s: a list has %q: %v", customer, item, err)
				continue
			}
			name, asked := j.owner[o.payload()]
			switch other := orderOf[name]; {
			case o.CustomerID != customer:
				j.violation("customer %s: the list has the order of another: %s", customer, item)
				continue
			case !asked:
				j.violation("nobody has asked for the order %s", item)
			case other != "":
				j.violation("key %s has two orders:\n%s\n%s", name, other, item)
			case j.keys[name].won != nil && j.keys[name].won.Body != item:
				j.violation("key %s was answered with %s, but has the order %s", name, j.keys[name].won.Body, item)
			}
			orderOf[name] = item
		}
	}
}

// sorted checks that lists begin with the newest order and are the same whatever the size
// of their pages.
func (j *judge) sorted() {
	for _, l := range j.Lists {
		if reference := j.lists[l.Customer]; !slices.Equal(l.Items, reference.items) {
			j.violation("customer %s: pages of %d show %d orders, larger ones %d, or they differ", l.Customer, l.Limit, len(l.Items), len(reference.items))
		}
		var before order
		for i, item := range l.Items {
			o, err := parse(item)
			if err != nil {
				continue // which once reports
			}
			if i > 0 && !older(&o, &before) {
				j.violation("customer %s, pages of %d: %s at %v comes after %s at %v", l.Customer, l.Limit, o.ID, o.CreatedAt, before.ID, before.CreatedAt)
			}
			before = o
		}
	}
}

// older reports whether a comes after b in a list.
func older(a, b *order) bool {
	return a.CreatedAt.Before(b.CreatedAt) || a.CreatedAt.Equal(b.CreatedAt) && a.ID < b.ID
}

// paged checks the pages that were read while orders were created: each goes on where its cursor
// stands and leaves out nothing that was acknowledged before it was asked for.
func (j *judge) paged() {
	acknowledged := make(map[string]*key)
	for _, k := range j.keys {
		if k.won != nil {
			acknowledged[k.won.Body] = k
		}
	}
	for i := range j.Pages {
		p := &j.Pages[i]
		l := j.lists[p.Customer]
		if l == nil {
			l = new(list)
		}
		at := -1
		if p.After != "" {
			var ok bool
			if at, ok = l.at[p.After]; !ok {
				j.violation("customer %s: the order before a page is gone: %s", p.Customer, p.After)
				continue
			}
		}
		if p.More && len(p.Items) == 0 {
			j.violation("customer %s: a page at %v is empty, but not the last", p.Customer, p.Begin)
		}
		j.page(p, l, at, acknowledged)
	}
}

// page checks a page of which the order at an index is the last before it.
func (j *judge) page(p *Page, l *list, at int, acknowledged map[string]*key) {
	skipped := func(from, to int) {
		for _, item := range l.items[from:to] {
			if k := acknowledged[item]; k != nil && k.since < p.Begin {
				j.violation("customer %s: a page at %v leaves out what was acknowledged at %v: %s", p.Customer, p.Begin, k.since, item)
			}
		}
	}
	for _, item := range p.Items {
		next, ok := l.at[item]
		switch {
		case !ok:
			j.violation("customer %s: a page at %v has an order that is not there any more: %s", p.Customer, p.Begin, item)
			continue
		case next <= at:
			j.violation("customer %s: a page at %v repeats or comes back to %s", p.Customer, p.Begin, item)
			continue
		}
		skipped(at+1, next)
		at = next
	}
	if !p.More {
		skipped(at+1, len(l.items))
	}
}
