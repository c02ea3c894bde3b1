package graph

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// A Need is a field of a parameter struct that the graph fills.
type Need struct {
	Name  string       // of the field
	Type  reflect.Type // of the field
	Index []int        // leads to the field; nil when the value is needed but not kept
	Hint  string       // added to the mistake when no provider gives the type
}

// A Stage is a function around the stages behind it.
type Stage struct {
	Name, Site string
	In         reflect.Type
	Forget     func(in any) // clears a parameter struct, *In

	newCell func() cell
}

// StageOf returns a stage that calls run, which calls [Frame.Next] for what is
// behind it. That of the last stage does not.
func StageOf[In any](name, site string, run func(context.Context, *Frame, *In) error) *Stage {
	return &Stage{
		Name: name, Site: site, In: reflect.TypeFor[In](),
		Forget: func(in any) { *in.(*In) = *new(In) },
		newCell: func() cell {
			d := new(data[In, struct{}])
			return cell{&d.in, &d.out, func(ctx context.Context, f *Frame) (Close, error) {
				return nil, run(ctx, f, &d.in)
			}, d.forget}
		},
	}
}

// Config is what a plan is compiled from.
type Config struct {
	Stages []*Stage                              // the outermost first
	Scopes [][]*Provider                         // the innermost first; it hides the providers of outer ones
	First  func(*Provider) bool                  // providers that the outermost stage resolves, whoever needs them
	Needs  func(in reflect.Type) ([]Need, error) // the fields to fill; may be asked again for the same type
}

// A Plan is what runs for one operation. It is safe for concurrent use.
type Plan struct {
	stages []stage
	nodes  []*node // by slot, in the order in which they run
	frames sync.Pool
}

type stage struct {
	*Stage
	uses     []use
	from, to int // which nodes it resolves
}

// A node is a provider as one plan uses it.
type node struct {
	*Provider
	uses        []use
	slot        int  // -1 while it has none
	dispensable bool // something can do without it
}

// A use is a field and the node that fills it.
type use struct {
	need     Need
	node     *node
	optional bool
}

// Compile decides what runs. It returns all mistakes, each with the path that
// leads to it, joined.
func Compile(cfg Config) (*Plan, error) {
	c := &compiler{Config: cfg, nodes: make(map[*Provider]*node)}
	p := new(Plan)
	for _, s := range cfg.Stages {
		c.path = append(c.path[:0], step{what: s.Name})
		p.stages = append(p.stages, stage{Stage: s, uses: c.uses(s.In)})
	}
	if len(c.errs) == 0 {
		c.checkBounds()
	}
	if len(c.errs) > 0 {
		return nil, errors.Join(c.errs...)
	}
	for _, n := range c.order {
		if cfg.First != nil && cfg.First(n.Provider) {
			p.emit(n)
		}
	}
	for k := range p.stages {
		s := &p.stages[k]
		if k > 0 {
			s.from = p.stages[k-1].to
		}
		p.emitAll(s.uses)
		s.to = len(p.nodes)
		dispense(s.uses, false)
	}
	for _, n := range p.nodes {
		dispense(n.uses, false)
	}
	for _, n := range p.nodes {
		if cfg.First != nil && cfg.First(n.Provider) && p.Requires(n.Provider) {
			n.dispensable = false // what will fail in the end fails first
		}
	}
	p.frames.New = func() any { return p.newFrame() }
	return p, nil
}

// dispense marks the nodes of optional uses, or of all, and those that these need:
// something can go on without them.
func dispense(uses []use, all bool) {
	for _, u := range uses {
		if (all || u.optional) && !u.node.dispensable {
			u.node.dispensable = true
			dispense(u.node.uses, true)
		}
	}
}

func (p *Plan) emitAll(uses []use) {
	for _, u := range uses {
		p.emit(u.node)
	}
}

// emit gives n the next slot, behind what it needs.
func (p *Plan) emit(n *node) {
	if n.slot >= 0 {
		return
	}
	p.emitAll(n.uses)
	n.slot = len(p.nodes)
	p.nodes = append(p.nodes, n)
}

// compiler collects what the stages need.
type compiler struct {
	Config
	nodes map[*Provider]*node // but the fresh ones
	order []*node             // as they were found
	path  []step              // from a stage to the need at hand
	errs  []error

	bounds []bound // as they were found
}

// A step leads from one function to what it needs.
type step struct {
	what     string
	provider *Provider
}

// uses finds a node for each need of in.
func (c *compiler) uses(in reflect.Type) (uses []use) {
	if in == nil {
		return nil
	}
	needs, err := c.Needs(in)
	if err != nil {
		c.mistake("%w", err)
		return nil
	}
	for _, need := range needs {
		p := c.find(need)
		if p == nil {
			continue
		}
		if i := slices.IndexFunc(c.path, func(s step) bool { return s.provider == p }); i >= 0 {
			c.mistake("needs %s, which needs itself", describe(p))
			continue
		}
		n := c.node(p)
		uses = append(uses, use{need: need, node: n, optional: need.Type != p.Out})
		if p.Out.Implements(transactional) && !slices.ContainsFunc(c.bounds, func(b bound) bool { return b.node == n }) {
			c.bounds = append(c.bounds, bound{node: n, path: c.describePath() + "field " + need.Name + ": " + describe(p)})
		}
	}
	return uses
}

// node returns the node of p, with all that it needs.
func (c *compiler) node(p *Provider) *node {
	if n := c.nodes[p]; n != nil && !p.Fresh {
		return n
	}
	n := &node{Provider: p, slot: -1}
	c.path = append(c.path, step{describe(p), p})
	n.uses = c.uses(p.In)
	c.path = c.path[:len(c.path)-1]
	c.nodes[p] = n
	c.order = append(c.order, n)
	return n
}

// find returns the provider for a need, or nil.
func (c *compiler) find(need Need) *Provider {
	for _, scope := range c.Scopes {
		var found []*Provider
		for _, p := range scope {
			if p.Gives(need.Type) && !slices.Contains(found, p) {
				found = append(found, p)
			}
		}
		switch len(found) {
		case 0:
			continue
		case 1:
			return found[0]
		}
		c.mistake("field %s: two providers in the same place give a %s: %s and %s", need.Name, need.Type, describe(found[0]), describe(found[1]))
		return nil
	}
	c.mistake("field %s: no provider in scope gives a %s%s", need.Name, need.Type, c.hint(need))
	return nil
}

// hint names a provider that gives nearly what is asked for.
func (c *compiler) hint(need Need) string {
	t := need.Type
	for _, scope := range c.Scopes {
		for _, p := range scope {
			out := p.Out
			switch {
			case out.Kind() == reflect.Pointer && out.Elem() == t, t.Kind() == reflect.Pointer && t.Elem() == out:
				return fmt.Sprintf(", but %s gives a %s: types must be the same", describe(p), out)
			case t.Kind() == reflect.Interface && t.NumMethod() > 0 && out.Implements(t):
				return fmt.Sprintf(", but %s gives a %s: types must be the same, as with Value[%s]", describe(p), out, t)
			}
		}
	}
	return need.Hint
}

// mistake notes what is wrong at the end of the path, once.
func (c *compiler) mistake(format string, args ...any) {
	err := fmt.Errorf("%s"+format, append([]any{c.describePath()}, args...)...)
	if !slices.ContainsFunc(c.errs, func(e error) bool { return e.Error() == err.Error() }) {
		c.errs = append(c.errs, err)
	}
}

// describePath says how the need at hand was reached.
func (c *compiler) describePath() string {
	var path strings.Builder
	for i, s := range c.path {
		if i > 0 {
			path.WriteString("needs ")
		}
		path.WriteString(s.what + ": ")
	}
	return path.String()
}

// describe names p and where it was registered.
func describe(p *Provider) string { return p.Name + " at " + p.Site }

// Uses reports whether something in the plan needs p.
func (p *Plan) Uses(provider *Provider) bool {
	return slices.ContainsFunc(p.nodes, func(n *node) bool { return n.Provider == provider })
}

// Providers returns the providers in the order in which they run, each with the
// stage that resolves it. A fresh one is there for each use.
func (p *Plan) Providers(yield func(stage int, provider *Provider) bool) {
	for k := range p.stages {
		for _, n := range p.nodes[p.stages[k].from:p.stages[k].to] {
			if !yield(k, n.Provider) {
				return
			}
		}
	}
}

// Requires reports whether the plan fails when provider has nothing to give.
func (p *Plan) Requires(provider *Provider) bool {
	seen := make(map[*node]bool)
	var required func(uses []use) bool
	required = func(uses []use) bool {
		return slices.ContainsFunc(uses, func(u use) bool {
			if u.optional || seen[u.node] {
				return false
			}
			seen[u.node] = true
			return u.node.Provider == provider || required(u.node.uses)
		})
	}
	return slices.ContainsFunc(p.stages, func(s stage) bool { return required(s.uses) })
}

// Reaches reports whether from needs a provider for which found is true,
// directly or through others, or is one.
func (p *Plan) Reaches(from *Provider, found func(*Provider) bool) bool {
	return slices.ContainsFunc(p.nodes, func(n *node) bool {
		return n.Provider == from && n.reaches(func(n *node) bool { return found(n.Provider) })
	})
}
