package schema

import (
	"errors"
	"fmt"
	"slices"
)

// Name returns the name of a field that [Field.Members] returned, "" for another.
func (f *Field) Name() string { return f.name }

// Members returns the members of f, a struct, as fields of their own, for sources
// that give each its own texts. rename returns the name on the wire of a member; with it
// the member is located, behind what f is located at. It returns an error for
// a field that is no struct and for members behind a pointer.
func (f *Field) Members(rename func(name string) string) ([]*Field, error) {
	n, ok := f.m.node.(*structNode)
	if !ok {
		return nil, fmt.Errorf("has the type %s: want a struct", f.m.typ)
	}
	members := make([]*Field, 0, len(n.fields))
	for _, m := range n.fields {
		if len(m.place.hops) > 0 {
			return nil, errors.New("an embedded pointer cannot be filled from texts: embed the struct")
		}
		m.place = f.m.place.behind(m.place.offset)
		name := rename(m.name)
		members = append(members, &Field{m: m, name: name, word: f.word, owner: f.owner, set: f.set, prefix: append(slices.Clip(f.prefix), name)})
	}
	return members, nil
}

// Closed reports whether f is a struct that says itself that it has no other members;
// [Config.ForbidUnknown] is about JSON.
func (f *Field) Closed() bool {
	n, ok := f.m.node.(*structNode)
	return ok && n.says
}

// Validate runs the [Validator] of f, a struct whose members are all valid.
func (f *Field) Validate(d *Decoder, v any) {
	n, ok := f.m.node.(*structNode)
	if !ok || !n.checks {
		return
	}
	before := len(d.issues)
	n.validate(d, f.at(v))
	d.finish(before, f.prefix)
}

// Unknown adds the issue that nothing is called what at ends with, which was given as text.
func (d *Decoder) Unknown(text string, at ...any) {
	before := len(d.issues)
	d.textIssue(extraForbidden, text)
	d.finish(before, at)
}

// MissingIn makes the issues from number n on that say that a member of f is missing repeat
// object, the JSON text of what was given in its place, where [Config.EchoAll] has that.
func (f *Field) MissingIn(d *Decoder, n int, object []byte) {
	if s, ok := f.m.node.(*structNode); !ok || !d.set.cfg.EchoAll || s.sealed {
		return
	}
	for i := n; i < len(d.issues); i++ {
		if issue := &d.issues[i]; issue.Type == missing.typ && len(issue.Loc) == len(f.prefix)+1 {
			issue.Input = d.echo(object)
		}
	}
}

// Add adds an issue of a value that has no plan: typ is for programs, msg a sentence for people.
func (d *Decoder) Add(typ, msg string, at ...any) {
	before := len(d.issues)
	d.issue(&violation{typ: typ, msg: msg}, d.nothing())
	d.finish(before, at)
}

// Bad is Add for a value that was given as text.
func (d *Decoder) Bad(typ, msg, text string, at ...any) {
	before := len(d.issues)
	d.textIssue(&violation{typ: typ, msg: msg}, text)
	d.finish(before, at)
}
