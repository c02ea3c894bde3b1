package main

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// A flow is what is known of the routers of a package: where they come from and which options
// their operations have.
type flow struct {
	inits  map[*types.Var]ast.Expr // variables that are assigned once, and what
	calls  []*ast.CallExpr
	owner  map[*types.Var]parameter // parameters that are routers
	uses   map[parameter][]origin   // what they are given
	wants  map[parameter][]want     // path parameters that what they are given must have
	reads  []string                 // path parameters that providers and guards read
	opaque bool                     // a router has options that could read path parameters
}

// A parameter is the place of a router in the parameters of a function.
type parameter struct {
	fn    any // a *types.Func, an *ast.FuncLit, or the position of a call
	index int
}

// An origin is what is known of a router: its prefix, below the application or a parameter.
type origin struct {
	prefix string
	root   bool
	param  *parameter
	at     place // of the use
}

// A want is a field of an input that needs a path parameter which is not in the path as far as it
// is known.
type want struct {
	Index              int    // of the router in the parameters of the function
	Field, Param, Path string // the path is that below the router
	at                 place
}

// A routesFact has what a function wants of the routers that it is given.
type routesFact struct{ Wants []want }

func (*routesFact) AFact() {}

func (f *routesFact) String() string {
	var list []string
	for _, w := range f.Wants {
		list = append(list, w.Param)
	}
	return "wants " + strings.Join(list, ", ")
}

// paths compares the paths of operations with the fields of their inputs.
func (c *checker) paths() {
	c.flow = flow{
		inits: map[*types.Var]ast.Expr{}, owner: map[*types.Var]parameter{},
		uses: map[parameter][]origin{}, wants: map[parameter][]want{},
	}
	for _, file := range c.pass.Files {
		ast.Inspect(file, c.assignments)
	}
	for _, file := range c.pass.Files {
		ast.Inspect(file, c.call)
	}
	for _, call := range c.flow.calls {
		c.operation(call)
	}
	facts := map[*types.Func]*routesFact{}
	for param, wants := range c.flow.wants {
		for _, w := range wants {
			c.settle(param, w, nil, facts)
		}
	}
	for fn, fact := range facts {
		slices.SortFunc(fact.Wants, func(a, b want) int { return strings.Compare(a.Field+a.Path, b.Field+b.Path) })
		c.pass.ExportObjectFact(fn, fact)
	}
}

// call notes a registration, and what a call does with routers and options.
func (c *checker) call(n ast.Node) bool {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return true
	}
	name := fullName(c.callee(call))
	if _, ok := pathArgument[name]; ok {
		c.flow.calls = append(c.flow.calls, call)
		return true
	}
	if list := roots[name]; len(list) > 0 && list[0] == roleInput {
		if instance, ok := c.pass.TypesInfo.Instances[calleeIdent(call)]; ok {
			fields, _ := pathFields(instance.TypeArgs.At(0))
			for _, f := range fields {
				c.flow.reads = append(c.flow.reads, f.name)
			}
		}
		return true
	}
	switch fn := c.function(call.Fun); {
	case name == tenonPath+".New":
		for _, arg := range call.Args {
			if fn := c.function(arg); fn != nil {
				c.use(parameter{fn, 0}, origin{root: true, at: place{pos: arg.Pos()}})
			}
		}
	case isMethod(fn, "Group") && len(call.Args) > 0:
		c.flow.opaque = c.flow.opaque || !c.harmless(call.Args[1:])
	case isMethod(fn, "Use"):
		c.flow.opaque = c.flow.opaque || !c.harmless(call.Args)
	case fn != nil:
		for i, arg := range call.Args {
			if isRouter(c.pass.TypesInfo.TypeOf(arg)) {
				from := c.origin(arg)
				from.at = place{pos: arg.Pos()}
				c.use(parameter{fn, i}, from)
			}
		}
	}
	return true
}

// use notes that a function is given a router. What one of another package wants of it is known.
func (c *checker) use(param parameter, from origin) {
	fn, ok := param.fn.(*types.Func)
	if !ok || fn.Pkg() == c.pass.Pkg {
		c.flow.uses[param] = append(c.flow.uses[param], from)
		return
	}
	fact := new(routesFact)
	if !c.pass.ImportObjectFact(fn, fact) {
		return
	}
	here := parameter{from.at.pos, param.index} // as if the function were declared here
	c.flow.uses[here] = []origin{from}
	for _, w := range fact.Wants {
		if w.Index == param.index {
			w.at = place{from.at.pos, w.Field + ": "}
			c.flow.wants[here] = append(c.flow.wants[here], w)
		}
	}
}

// operation checks one registration.
func (c *checker) operation(call *ast.CallExpr) {
	index := pathArgument[fullName(c.callee(call))]
	if len(call.Args) < index+2 {
		return
	}
	instance, ok := c.pass.TypesInfo.Instances[calleeIdent(call)]
	path, known := c.constant(call.Args[index])
	if !ok || !known {
		return
	}
	at := place{pos: call.Args[index].Pos()}
	if path != "" && path[0] != '/' {
		c.report(at, "path %q: want a slash at the beginning", path)
		return
	}
	from := c.origin(call.Args[0])
	path = from.prefix + path
	params, err := parameters(path)
	if err != nil {
		c.report(at, "%v", err)
		return
	}
	in := instance.TypeArgs.At(0)
	fields, whole := pathFields(in)
	for _, f := range fields {
		if slices.Contains(params, f.name) {
			continue
		}
		w := want{Param: f.name, Path: path}
		w.Field = types.TypeString(in, (*types.Package).Name) + "." + f.field.Name()
		w.at = place{at.pos, w.Field + ": "}
		if f.field.Pkg() == c.pass.Pkg {
			w.at = place{pos: f.field.Pos()}
		}
		switch {
		case from.root:
			c.misses(w)
		case from.param != nil:
			w.Index = from.param.index
			c.flow.wants[*from.param] = append(c.flow.wants[*from.param], w)
		}
	}
	if !whole || c.flow.opaque || !c.harmless(call.Args[index+2:]) {
		return
	}
	for _, name := range params {
		if !contains(fields, name) && !slices.Contains(c.flow.reads, name) {
			c.report(at, "path %s has the parameter %q, but no field of %s has the tag path:%q", path, name, c.name(in), name)
		}
	}
}

// misses reports a field whose parameter is not in the path, which is known from the root on.
func (c *checker) misses(w want) {
	params, err := parameters(w.Path)
	if err != nil {
		return
	}
	hint := suggest(w.Param, params)
	if hint == "" && len(params) > 0 {
		hint = ", only " + strings.Join(params, ", ")
	}
	c.report(w.at, "tag path:%q: path %s has no such parameter%s", w.Param, w.Path, hint)
}

// settle looks for what w wants in the routers that are given to a parameter. Where such a router
// is the parameter of another function it goes on there; seen are those it has come through.
func (c *checker) settle(param parameter, w want, seen []parameter, facts map[*types.Func]*routesFact) {
	if slices.Contains(seen, param) {
		return
	}
	seen = append(seen, param)
	if fn, ok := param.fn.(*types.Func); ok && fn.Pkg() == c.pass.Pkg && fn.Exported() {
		if facts[fn] == nil {
			facts[fn] = new(routesFact)
		}
		w.Index = param.index
		facts[fn].Wants = append(facts[fn].Wants, w)
	}
	for _, from := range c.flow.uses[param] {
		params, err := parameters(from.prefix)
		if err != nil || slices.Contains(params, w.Param) {
			continue
		}
		next := w
		next.Path = from.prefix + w.Path
		switch {
		case from.root:
			c.misses(next)
		case from.param != nil:
			c.settle(*from.param, next, seen, facts)
		}
	}
}
