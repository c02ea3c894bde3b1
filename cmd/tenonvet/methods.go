package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// A checkFact says what a method Check() string returns. It belongs to the method, so that types
// of other packages are known too.
type checkFact struct{ Rules string }

// An enumFact says which values a method Enum() []T lists, and which constants of T it leaves out.
type enumFact struct{ Values, Missing []string }

// A userFact belongs to a package that imports Tenon, which is checked itself.
type userFact struct{}

func (*checkFact) AFact() {}
func (*enumFact) AFact()  {}
func (*userFact) AFact()  {}

func (f *checkFact) String() string { return "rules " + f.Rules }
func (f *enumFact) String() string  { return "lists " + strings.Join(f.Values, ", ") }
func (*userFact) String() string    { return "uses Tenon" }

// methods notes what the methods Check and Enum of the package return, as far as it is constant.
func (c *checker) methods() {
	for _, file := range c.pass.Files {
		for _, decl := range file.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || fn.Recv == nil || fn.Body == nil || len(fn.Body.List) != 1 {
				continue
			}
			ret, ok := fn.Body.List[0].(*ast.ReturnStmt)
			if !ok || len(ret.Results) != 1 {
				continue
			}
			method, ok := c.pass.TypesInfo.Defs[fn.Name].(*types.Func)
			if !ok {
				continue
			}
			switch result := ast.Unparen(ret.Results[0]); fn.Name.Name {
			case "Check":
				v := c.pass.TypesInfo.Types[result].Value
				if hasSignature(method, 0, 1) && v != nil && v.Kind() == constant.String {
					c.pass.ExportObjectFact(method, &checkFact{constant.StringVal(v)})
					c.where[method] = result.Pos()
				}
			case "Enum":
				if lit, ok := result.(*ast.CompositeLit); ok {
					c.enumMethod(method, lit)
				}
			}
		}
	}
}

// enumMethod compares what a method Enum lists with the constants of its type.
func (c *checker) enumMethod(method *types.Func, lit *ast.CompositeLit) {
	sig := method.Signature()
	list, ok := c.pass.TypesInfo.TypeOf(lit).(*types.Slice)
	recv, _ := deref(sig.Recv().Type()).(*types.Named)
	if !ok || recv == nil || !types.Identical(list.Elem(), recv) || !hasSignature(method, 0, 1) {
		return
	}
	fact := new(enumFact)
	hidden := false // unexported constants are values too
	for _, e := range lit.Elts {
		v := c.pass.TypesInfo.Types[e].Value
		if v == nil {
			return
		}
		if slices.Contains(fact.Values, plain(v)) && c.user {
			c.report(place{pos: e.Pos()}, "Enum of %s lists %s twice", c.name(recv), v)
		}
		fact.Values = append(fact.Values, plain(v))
		if id, ok := e.(*ast.Ident); ok && !id.IsExported() {
			hidden = true
		}
	}
	inTest := c.inTest(method.Pos())
	var missing []*types.Const
	scope := c.pass.Pkg.Scope()
	for _, name := range scope.Names() {
		con, ok := scope.Lookup(name).(*types.Const)
		if ok && types.Identical(con.Type(), recv) && (con.Exported() || hidden) &&
			(inTest || !c.inTest(con.Pos())) && !slices.Contains(fact.Values, plain(con.Val())) {
			missing = append(missing, con)
		}
	}
	slices.SortFunc(missing, func(a, b *types.Const) int { return int(a.Pos() - b.Pos()) })
	for _, con := range missing {
		fact.Missing = append(fact.Missing, con.Name())
	}
	c.pass.ExportObjectFact(method, fact)
	c.where[method] = method.Pos()
	if c.user {
		c.reportEnum(place{pos: method.Pos()}, recv, fact)
	}
}

func (c *checker) reportEnum(at place, t types.Type, fact *enumFact) {
	switch n := len(fact.Missing); {
	case n == 1:
		c.report(at, "Enum of %s leaves out the constant %s", c.name(t), fact.Missing[0])
	case n > 1:
		c.report(at, "Enum of %s leaves out the constants %s", c.name(t), strings.Join(fact.Missing, ", "))
	}
}

// plain is a constant as a tag would have it.
func plain(v constant.Value) string {
	if v.Kind() == constant.String {
		return constant.StringVal(v)
	}
	return v.ExactString()
}

func (c *checker) inTest(pos token.Pos) bool {
	return strings.HasSuffix(c.pass.Fset.Position(pos).Filename, "_test.go")
}

// checkOf returns the rules that t states itself, and where mistakes in them are reported: in the
// method if it belongs to this package.
func (c *checker) checkOf(t types.Type, at place) (rules string, where place, ok bool) {
	method := methodOf(t, "Check", 0, 1)
	fact := new(checkFact)
	if method == nil || !c.pass.ImportObjectFact(method, fact) {
		return "", at, false
	}
	if pos, ok := c.where[method]; ok {
		return fact.Rules, place{pos: pos}, true
	}
	at.about += fmt.Sprintf("Check of %s: ", c.name(t))
	return fact.Rules, at, true
}

// enumOf returns what the method Enum of t lists, nil when that is not known. What it leaves out
// is reported here when nobody else does.
func (c *checker) enumOf(t types.Type, at place) *enumFact {
	method := methodOf(t, "Enum", 0, 1)
	fact := new(enumFact)
	if method == nil || !c.pass.ImportObjectFact(method, fact) {
		return nil
	}
	if _, local := c.where[method]; !local && !c.isUser(method.Pkg()) {
		c.reportEnum(at, t, fact)
	}
	return fact
}

// isUser reports whether another package imports Tenon, so that its mistakes are reported there.
func (c *checker) isUser(pkg *types.Package) bool {
	return c.pass.ImportPackageFact(pkg, new(userFact))
}

// promoted reports methods that a struct has from an embedded type and that would read or write a
// part of it in place of the whole.
func (c *checker) promoted(t types.Type, at place) {
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return
	}
	if n, ok := t.(*types.Named); ok && n.Obj().Pkg() == c.pass.Pkg {
		at = place{pos: n.Obj().Pos()}
	}
	names := []string{"Check", "UnmarshalText", "MarshalText"}
	if hasMethod(t, "UnmarshalJSON", 1, 1) || hasMethod(t, "MarshalJSON", 0, 2) { // these go before the others
		names = []string{"Check", "UnmarshalJSON", "MarshalJSON"}
	}
	for _, name := range names {
		obj, index, _ := types.LookupFieldOrMethod(t, true, nil, name)
		if _, ok := obj.(*types.Func); ok && len(index) > 1 {
			from := s.Field(index[0]).Type()
			c.report(at, "type %s gets %s from the embedded %s and would be taken for it: declare the method on %[1]s or make %[3]s a named field", c.name(t), name, c.name(from))
			return // one is enough to see why
		}
	}
}

// methodOf returns the method of t or of a pointer to t that is declared for t itself and has the
// given numbers of parameters and results, or nil.
func methodOf(t types.Type, name string, params, results int) *types.Func {
	obj, index, _ := types.LookupFieldOrMethod(t, true, nil, name)
	method, ok := obj.(*types.Func)
	if !ok || len(index) != 1 || !hasSignature(method, params, results) {
		return nil
	}
	return method.Origin()
}

// hasMethod reports whether t or a pointer to t has a method, its own or a promoted one.
func hasMethod(t types.Type, name string, params, results int) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	method, ok := obj.(*types.Func)
	return ok && hasSignature(method, params, results)
}

func hasSignature(f *types.Func, params, results int) bool {
	return f.Signature().Params().Len() == params && f.Signature().Results().Len() == results
}

func deref(t types.Type) types.Type {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		return types.Unalias(p.Elem())
	}
	return types.Unalias(t)
}
