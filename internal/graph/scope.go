package graph

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// transactional is what types have that are worth nothing outside of a transaction.
var transactional = reflect.TypeFor[interface{ Transactional() }]()

// A bound is a transactional node, and how it was found first.
type bound struct {
	*node
	path   string
	scopes []*node // that it is bound to
}

// checkBounds refuses transactional values that are bound to no scope, or not all to one.
// Source: docs/adr/0016-transactional.md.
func (c *compiler) checkBounds() {
	var all []*node // that something is bound to
	for i := range c.bounds {
		b := &c.bounds[i]
		if b.scopes = b.nearest(); len(b.scopes) == 0 {
			c.errs = append(c.errs, fmt.Errorf("%s gives a %s, which belongs to a transaction, but neither opens a scope nor needs one: "+
				"give it with Scoped, or with Provide from something that a scope gives", b.path, b.Out))
		}
		all = append(all, b.scopes...)
	}
	if len(c.errs) > 0 || len(all) == 0 || slices.ContainsFunc(all, c.binds) {
		return
	}
	var list []string
	for _, b := range c.bounds {
		var scopes []string
		for _, s := range b.scopes {
			text := describe(s.Provider)
			if s.Fresh {
				text += " (one for each use)"
			}
			scopes = append(scopes, text)
		}
		list = append(list, fmt.Sprintf("%s gives a %s in the scope of %s", b.path, b.Out, strings.Join(scopes, ", ")))
	}
	c.errs = append(c.errs, fmt.Errorf("%s: one may be committed without the other: let all of them depend on one scope", strings.Join(list, ", but ")))
}

// binds reports whether everything transactional is bound to scope, or to one that needs it.
func (c *compiler) binds(scope *node) bool {
	return !slices.ContainsFunc(c.bounds, func(b bound) bool {
		return !slices.ContainsFunc(b.scopes, func(s *node) bool { return s.reaches(func(n *node) bool { return n == scope }) })
	})
}

// nearest returns the scopes that n is bound to: itself, or the first on each way to
// what it needs.
func (n *node) nearest() (list []*node) {
	n.walk(func(n *node) bool {
		if n.Scoped {
			list = append(list, n)
		}
		return !n.Scoped
	})
	return list
}

// reaches reports whether found is true of n, or of a node that it needs, directly or
// through others.
func (n *node) reaches(found func(*node) bool) (reached bool) {
	n.walk(func(n *node) bool {
		reached = reached || found(n)
		return !reached
	})
	return reached
}

// walk calls visit for n and for all that it needs, but not for what only those need for
// which visit returned false.
func (n *node) walk(visit func(*node) bool) {
	seen := make(map[*node]bool)
	var walk func(n *node)
	walk = func(n *node) {
		if seen[n] {
			return
		}
		seen[n] = true
		if visit(n) {
			for _, u := range n.uses {
				walk(u.node)
			}
		}
	}
	walk(n)
}
