package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// An api is the exported names of a package, one line each.
type api struct {
	pkg    string               // name of the package
	consts []string             // lines
	vars   []string             // lines
	funcs  []string             // lines
	types  map[string]*typeLine // by name
	names  map[string]bool      // of the package's scope, so without methods and fields
}

// A typeLine is a type with its fields and methods.
type typeLine struct {
	line    string
	members []string // fields in declared order
	methods []string
}

// publicPackages returns the folders of the root module whose packages users can import.
func publicPackages(r *repo) []string {
	var dirs []string
	for _, g := range r.sorted() {
		if g.module == r.modules[0] && len(g.files) > 0 && !isInternal(g.dir) {
			dirs = append(dirs, g.dir)
		}
	}
	return dirs
}

// apiFile returns the file in the folder api that records a package.
func apiFile(r *repo, dir string) string {
	if dir == "" {
		_, dir, _ = cutLast(r.modules[0].path, "/")
	}
	return strings.ReplaceAll(dir, "/", "_") + ".txt"
}

// cutLast is strings.Cut at the last separator; without one, all of s is after it.
func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return "", s, false
}

// readAPI collects the exported names of the package in a folder.
func readAPI(r *repo, dir string) (*api, error) {
	a := &api{types: map[string]*typeLine{}, names: map[string]bool{}}
	fset := token.NewFileSet()
	var methods []*ast.FuncDecl
	for _, name := range r.packages[dir].files {
		file, err := parser.ParseFile(fset, filepath.Join(r.root, dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		a.pkg = file.Name.Name
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					a.addSpec(fset, decl.Tok, spec)
				}
			case *ast.FuncDecl:
				switch {
				case !decl.Name.IsExported():
				case decl.Recv != nil:
					methods = append(methods, decl)
				default:
					a.names[decl.Name.Name] = true
					a.funcs = append(a.funcs, signature(fset, decl))
				}
			}
		}
	}
	for _, decl := range methods { // now that all types are known
		if t := a.types[receiver(decl)]; t != nil {
			t.methods = append(t.methods, signature(fset, decl))
		}
	}
	return a, nil
}

// addSpec adds the exported names of a const, var or type declaration.
func (a *api) addSpec(fset *token.FileSet, tok token.Token, spec ast.Spec) {
	switch spec := spec.(type) {
	case *ast.ValueSpec:
		for i, name := range spec.Names {
			if !name.IsExported() {
				continue
			}
			a.names[name.Name] = true
			line := tok.String() + " " + name.Name
			if spec.Type != nil {
				line += " " + source(fset, spec.Type)
			}
			if tok == token.VAR {
				a.vars = append(a.vars, line)
				continue
			}
			if i < len(spec.Values) {
				line += " = " + source(fset, spec.Values[i])
			}
			a.consts = append(a.consts, line)
		}
	case *ast.TypeSpec:
		if spec.Name.IsExported() {
			a.names[spec.Name.Name] = true
			a.types[spec.Name.Name] = describe(fset, spec)
		}
	}
}

// describe returns a type: of a struct and of an interface each exported member has its line.
func describe(fset *token.FileSet, spec *ast.TypeSpec) *typeLine {
	bare := *spec
	t := &typeLine{}
	switch typ := spec.Type.(type) {
	case *ast.StructType:
		bare.Type = ast.NewIdent("struct")
		t.members = fields(fset, typ)
	case *ast.InterfaceType:
		bare.Type = ast.NewIdent("interface")
		t.members = elements(fset, typ)
	}
	t.line = "type " + source(fset, &bare)
	return t
}

// fields returns a line for each exported field and each embedded type of a struct.
func fields(fset *token.FileSet, typ *ast.StructType) []string {
	var lines []string
	for _, field := range typ.Fields.List {
		text := source(fset, field.Type)
		if len(field.Names) == 0 {
			lines = append(lines, text)
		}
		for _, name := range field.Names {
			if name.IsExported() {
				lines = append(lines, name.Name+" "+text)
			}
		}
	}
	return lines
}

// elements returns a line for each exported method and each embedded element of an interface, and
// one line for all unexported methods: with them nobody else can implement it.
func elements(fset *token.FileSet, typ *ast.InterfaceType) []string {
	var lines []string
	sealed := false
	for _, elem := range typ.Methods.List {
		text := source(fset, elem.Type)
		switch {
		case len(elem.Names) == 0:
			lines = append(lines, text)
		case elem.Names[0].IsExported():
			lines = append(lines, elem.Names[0].Name+strings.TrimPrefix(text, "func"))
		default:
			sealed = true
		}
	}
	if sealed {
		lines = append(lines, "unexported methods")
	}
	return lines
}

// signature returns a function or method without its body and without the name of its receiver.
func signature(fset *token.FileSet, decl *ast.FuncDecl) string {
	bare := &ast.FuncDecl{Name: decl.Name, Type: decl.Type}
	if decl.Recv != nil {
		bare.Recv = &ast.FieldList{List: []*ast.Field{{Type: decl.Recv.List[0].Type}}}
	}
	return source(fset, bare)
}

// receiver returns the name of the type that a method belongs to.
func receiver(decl *ast.FuncDecl) string {
	expr := decl.Recv.List[0].Type
	for {
		switch e := expr.(type) {
		case *ast.StarExpr:
			expr = e.X
		case *ast.ParenExpr:
			expr = e.X
		case *ast.IndexExpr:
			expr = e.X
		case *ast.IndexListExpr:
			expr = e.X
		case *ast.Ident:
			return e.Name
		default:
			return ""
		}
	}
}

// source prints a node on one line.
func source(fset *token.FileSet, node ast.Node) string {
	var out strings.Builder
	if err := printer.Fprint(&out, fset, node); err != nil {
		return fmt.Sprintf("%T: %v", node, err)
	}
	line := ""
	for part := range strings.Lines(out.String()) {
		part = strings.Join(strings.FieldsFunc(part, func(r rune) bool { return r == '\t' || r == '\n' }), " ")
		switch {
		case part == "" || line == "":
			line += part
		case strings.HasSuffix(line, "("):
			line += part
		case strings.HasPrefix(part, ")"):
			line = strings.TrimSuffix(line, ",") + part
		case strings.HasSuffix(line, "{") || strings.HasSuffix(line, ",") || strings.HasPrefix(part, "}"):
			line += " " + part
		default:
			line += "; " + part
		}
	}
	return line
}

// String returns the recorded form: constants, variables and functions, then each type with its
// members, all sorted but for the fields of a struct.
func (a *api) String() string {
	var out strings.Builder
	fmt.Fprintf(&out, "package %s\n", a.pkg)
	for _, lines := range [][]string{a.consts, a.vars, a.funcs} {
		if len(lines) > 0 {
			out.WriteString("\n")
		}
		for _, line := range slices.Sorted(slices.Values(lines)) {
			out.WriteString(line + "\n")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(a.types)) {
		t := a.types[name]
		out.WriteString("\n" + t.line + "\n")
		for _, line := range t.members {
			out.WriteString("\t" + line + "\n")
		}
		for _, line := range slices.Sorted(slices.Values(t.methods)) {
			out.WriteString("\t" + line + "\n")
		}
	}
	return out.String()
}
