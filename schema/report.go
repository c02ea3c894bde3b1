package schema

import (
	"reflect"
	"slices"
	"sync/atomic"
	"unsafe"
)

// A Report tells how often a rule in report-only mode, one that ends with a
// question mark, would have refused a value. Such a rule is not in the schema.
type Report struct {
	Field string // type and name of the field; "" for a rule of a type that is no field
	Rule  string // as written, without the question mark
	Count uint64 // values refused since the plan was compiled
}

// counter is a Report that is still counted.
type counter struct {
	field, rule string
	count       atomic.Uint64
}

// Reports returns the rules in report-only mode of all plans in s, in the order
// in which they were compiled.
func (s *Set) Reports() []Report {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Report
	for _, c := range s.counters {
		list = append(list, Report{c.field, c.rule, c.count.Load()})
	}
	return list
}

// reportNode is the plan of a value under one more rule, which only counts. What
// it would refuse is found by reading the text a second time, under that rule
// alone and into nothing.
type reportNode struct {
	node
	typ    reflect.Type
	shadow node // of the type under the rule
	set    *Set
	count  *counter
}

// reports takes the rules in report-only mode out of rs.
func (rs *rules) reports() (soft []rule) {
	rs.list = slices.DeleteFunc(rs.list, func(r rule) bool {
		if r.report {
			soft = append(soft, r)
		}
		return r.report
	})
	return soft
}

// report puts n under rules in report-only mode.
func (c *compiler) report(t reflect.Type, n node, soft []rule) (node, error) {
	for _, r := range soft {
		r.report = false
		alone := &rules{list: []rule{r}}
		lax := c.lax
		shadow, err := c.plan(t, alone)
		c.lax = lax // which the rule may be about
		if err == nil {
			err = alone.rest(t.String())
		}
		if err != nil {
			return nil, err
		}
		count := &counter{rule: r.text()}
		if c.field != nil {
			count.field = typeName(c.field.owner) + "." + c.field.Name
		}
		c.set.counters = append(c.set.counters, count)
		n = &reportNode{node: n, typ: t, shadow: shadow, set: c.set, count: count}
	}
	return n, nil
}

// try counts what read, which reads the text again under the rule, refuses.
func (n *reportNode) try(read func(d *Decoder, p unsafe.Pointer)) {
	d := n.set.Decoder(0)
	defer d.Release()
	read(d, reflect.New(n.typ).UnsafePointer())
	if d.Issues() > 0 {
		n.count.count.Add(1)
	}
}

func (n *reportNode) decode(d *Decoder, p unsafe.Pointer) bool {
	d.s.Peek()
	before, start := len(d.issues), d.s.Pos
	ok := n.node.decode(d, p)
	if ok && len(d.issues) == before {
		text := d.s.Data[start:d.s.Pos]
		n.try(func(d *Decoder, p unsafe.Pointer) { d.run(n.shadow, text, p, nil) })
	}
	return ok
}

func (n *reportNode) text(d *Decoder, s string, p unsafe.Pointer) {
	before := len(d.issues)
	n.node.text(d, s, p)
	if len(d.issues) == before {
		n.try(func(d *Decoder, p unsafe.Pointer) { n.shadow.text(d, s, p) })
	}
}

// texts reads a list that comes as several texts.
func (n *reportNode) texts(d *Decoder, values []string, p unsafe.Pointer) {
	before := len(d.issues)
	readTexts(d, n.node, values, p)
	if len(d.issues) == before {
		n.try(func(d *Decoder, p unsafe.Pointer) { readTexts(d, n.shadow, values, p) })
	}
}
