package main

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
)

// assignments notes variables that are assigned once, and routers among parameters.
func (c *checker) assignments(n ast.Node) bool {
	set := func(e ast.Expr, init ast.Expr) {
		id, ok := ast.Unparen(e).(*ast.Ident)
		if !ok {
			return
		}
		if v, ok := c.pass.TypesInfo.ObjectOf(id).(*types.Var); ok {
			if _, again := c.flow.inits[v]; again {
				init = nil
			}
			c.flow.inits[v] = init
		}
	}
	switch n := n.(type) {
	case *ast.AssignStmt:
		for i, e := range n.Lhs {
			if len(n.Rhs) == len(n.Lhs) {
				set(e, n.Rhs[i])
			} else {
				set(e, nil)
			}
		}
	case *ast.ValueSpec:
		for i, id := range n.Names {
			if len(n.Values) == len(n.Names) {
				set(id, n.Values[i])
			} else {
				set(id, nil)
			}
		}
	case *ast.RangeStmt:
		set(n.Key, nil)
		set(n.Value, nil)
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			set(n.X, nil) // it may be assigned from anywhere
		}
	case *ast.FuncDecl:
		c.parameters(c.pass.TypesInfo.Defs[n.Name], n.Type)
	case *ast.FuncLit:
		c.parameters(n, n.Type)
	}
	return true
}

func (c *checker) parameters(fn any, t *ast.FuncType) {
	index := 0
	for _, field := range t.Params.List {
		for _, id := range field.Names {
			v, ok := c.pass.TypesInfo.Defs[id].(*types.Var)
			if ok && isRouter(v.Type()) {
				c.flow.owner[v] = parameter{fn, index}
			}
			index++
		}
		if len(field.Names) == 0 {
			index++
		}
	}
}

func isRouter(t types.Type) bool {
	n, ok := deref(t).(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == tenonPath && n.Obj().Name() == "Router"
}

func calleeIdent(call *ast.CallExpr) *ast.Ident {
	fun := ast.Unparen(call.Fun)
	switch f := fun.(type) {
	case *ast.IndexExpr:
		fun = f.X
	case *ast.IndexListExpr:
		fun = f.X
	}
	switch f := fun.(type) {
	case *ast.Ident:
		return f
	case *ast.SelectorExpr:
		return f.Sel
	}
	return nil
}

func (c *checker) callee(call *ast.CallExpr) types.Object {
	if id := calleeIdent(call); id != nil {
		return c.pass.TypesInfo.Uses[id]
	}
	return nil
}

// function returns the *types.Func or *ast.FuncLit that e stands for, or nil.
func (c *checker) function(e ast.Expr) any {
	switch e := ast.Unparen(e).(type) {
	case *ast.FuncLit:
		return e
	case *ast.SelectorExpr:
		if fn, ok := c.pass.TypesInfo.Uses[e.Sel].(*types.Func); ok {
			return fn.Origin()
		}
	case *ast.Ident:
		switch obj := c.pass.TypesInfo.Uses[e].(type) {
		case *types.Func:
			return obj.Origin()
		case *types.Var:
			if init := c.flow.inits[obj]; init != nil {
				return c.function(init)
			}
		}
	}
	return nil
}

// isMethod reports whether fn is the method of a router.
func isMethod(fn any, name string) bool {
	f, ok := fn.(*types.Func)
	return ok && f.Name() == name && f.Signature().Recv() != nil && isRouter(f.Signature().Recv().Type())
}

// harmless reports whether all options are made by Tenon. What its providers and guards read is
// noted in reads; others could read path parameters that nobody here knows of.
func (c *checker) harmless(options []ast.Expr) bool {
	return !slices.ContainsFunc(options, func(o ast.Expr) bool {
		switch o := ast.Unparen(o).(type) {
		case *ast.CompositeLit:
			return false
		case *ast.CallExpr:
			fn := c.callee(o)
			if fullName(fn) == tenonPath+".Options" {
				return !c.harmless(o.Args)
			}
			return fn == nil || fn.Pkg() == nil || !slices.Contains(optionPackages, fn.Pkg().Path())
		}
		return true
	})
}

// origin returns what is known of a router.
func (c *checker) origin(e ast.Expr) origin {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		v, ok := c.pass.TypesInfo.Uses[e].(*types.Var)
		if !ok {
			break
		}
		init, assigned := c.flow.inits[v]
		param, isParam := c.flow.owner[v]
		switch {
		case isParam && !assigned:
			return origin{param: &param}
		case !isParam && init != nil:
			return c.origin(init)
		}
	case *ast.CallExpr:
		sel, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr)
		if !ok || !isMethod(c.function(sel), "Group") || len(e.Args) == 0 {
			break
		}
		prefix, ok := c.constant(e.Args[0])
		if !ok {
			break
		}
		from := c.origin(sel.X)
		from.prefix += prefix
		return from
	}
	return origin{}
}

func (c *checker) constant(e ast.Expr) (string, bool) {
	v := c.pass.TypesInfo.Types[e].Value
	if v == nil || v.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(v), true
}
