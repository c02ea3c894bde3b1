package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"golang.org/x/tools/go/analysis"
)

// Analyzer reports what Tenon would refuse when a program starts.
var Analyzer = &analysis.Analyzer{
	Name: "tenonvet",
	Doc: `report mistakes in the types of Tenon operations

The analyzer reports, at the field, what Tenon would refuse when the program starts: malformed
tags, rules that are unknown or do not apply, patterns, defaults and path parameters that do not
fit. It looks at structs with a check tag and at those that registrations lead to, in packages
that import Tenon, and at constants that a method Enum leaves out.`,
	URL:       "https://pkg.go.dev/" + tenonPath + "/cmd/tenonvet",
	Flags:     flagSet(),
	Run:       run,
	FactTypes: []analysis.Fact{new(checkFact), new(enumFact), new(userFact), new(routesFact)},
}

func run(pass *analysis.Pass) (any, error) {
	c := &checker{
		pass: pass, user: usesTenon(pass),
		where: map[*types.Func]token.Pos{}, seen: map[any]bool{}, told: map[*types.Var]bool{},
	}
	c.methods()
	if !c.user {
		return nil, nil
	}
	pass.ExportPackageFact(new(userFact))
	c.registered()
	c.declared()
	c.paths()
	if pass.Analyzer.Flags.Lookup(boundsFlag).Value.String() == "true" {
		c.limits()
	}
	c.flush()
	return nil, nil
}

func usesTenon(pass *analysis.Pass) bool {
	for _, file := range pass.Files {
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err == nil && (path == tenonPath || path == schemaPath) {
				return true
			}
		}
	}
	return false
}

// registered checks the types that operations and plans are made of.
func (c *checker) registered() {
	c.deep = true
	for root := range c.roots() {
		if s, ok := root.typ.Underlying().(*types.Struct); root.role == roleInput || root.role == roleOutput && ok && isEnvelope(s) {
			c.enqueue(root.typ, root.role, root.at)
		} else {
			c.value(root.typ, nil, root.at)
		}
		c.drain()
	}
}

// roots yields the types that operations and plans are made of, in the order of the source.
func (c *checker) roots() iter.Seq[structType] {
	return func(yield func(structType) bool) {
		instances := c.pass.TypesInfo.Instances
		for _, id := range slices.SortedFunc(maps.Keys(instances), func(a, b *ast.Ident) int { return int(a.Pos() - b.Pos()) }) {
			for i, r := range roots[fullName(c.pass.TypesInfo.Uses[id])] {
				if !yield(structType{types.Unalias(instances[id].TypeArgs.At(i)), r, place{pos: id.Pos()}}) {
					return
				}
			}
		}
	}
}

// declared checks the structs of the package that have a check tag, and those of the package that
// they lead to.
func (c *checker) declared() {
	c.deep = false
	for _, file := range c.pass.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.StructType)
			if !ok {
				return true
			}
			if s, ok := c.pass.TypesInfo.TypeOf(lit).(*types.Struct); ok && hasCheckTag(s) {
				c.enqueue(s, guess(s), place{pos: lit.Pos()})
			}
			return true
		})
	}
	c.drain()
}

// guess returns the role of a struct that is not seen in a registration.
func guess(s *types.Struct) role {
	for i := range s.NumFields() {
		if sourceOf(reflect.StructTag(s.Tag(i))) != "" {
			return roleInput
		}
	}
	return roleValue
}

// fullName is the name of a function with the path of its package, or "".
func fullName(obj types.Object) string {
	if fn, ok := obj.(*types.Func); ok && fn.Pkg() != nil && fn.Signature().Recv() == nil {
		return fn.Pkg().Path() + "." + fn.Name()
	}
	return ""
}
