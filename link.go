package tenon

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/tenonapi/tenon/openapi"
)

// Link says in the document what an answer of e tells for a request to another operation, the
// [Endpoint] to. next is an input of that, and give maps addresses of its fields to where their values come from: the
// address of a field of the request or of the answer, or a string, which is a constant or a runtime
// expression such as $url.
//
//	next := new(getOrder)
//	create.Link("order", "Read it again", get, next, func(in *createOrder, out *tenon.Created[Order]) map[any]any {
//		return map[any]any{&next.ID: &out.Body.ID}
//	})
//
// Values behind pointers, in lists or in one of several bodies have an address once give has made
// them. Links are given while New runs, when both operations are registered.
//
// Source: OpenAPI 3.1, sections "Link Object" and "Runtime Expressions".
func (e *Endpoint[In, Out]) Link(name, text string, to linked, next any, give func(in *In, out *Out) map[any]any) {
	l := &operationLink{name: name, text: text, next: next, site: caller()}
	if to != nil {
		l.to = to.linked()
	}
	if give != nil {
		in, out := new(In), new(Out)
		l.in, l.out, l.values = in, out, give(in, out)
	}
	e.op.links = append(e.op.links, l)
}

// linked is an [Endpoint] of any types.
type linked interface{ linked() *operation }

func (e *Endpoint[In, Out]) linked() *operation {
	if e == nil {
		return nil
	}
	return e.op
}

// An operationLink is what Link says.
type operationLink struct {
	name, text string
	to         *operation // as it was registered
	in, out    any
	next       any
	values     map[any]any
	site       string

	shown *openapi.Link
	from  []string // statuses of the answers that have it
}

// compileLinks checks the links between operations that are compiled.
func (b *builder) compileLinks() {
	for _, op := range b.operations {
		seen := make(map[string]bool)
		for _, given := range op.links {
			l := *given // for an application that With makes has its own
			fail := func(err error) {
				for _, text := range flatten(err) {
					b.mistake(l.site, "%s %s: the link %q: %s", op.Method, op.Path, l.name, text)
				}
			}
			if l.name == "" || strings.Trim(l.name, alphanumeric+"._-") != "" || seen[l.name] {
				fail(errors.New("want a name of its own, of letters, digits, dots, dashes and underscores"))
			}
			seen[l.name] = true
			if err := l.compile(b, op); err != nil {
				fail(err)
				continue
			}
			op.leads = append(op.leads, &l)
		}
	}
}

// compile finds the operation that the link of op leads to and says what it is given.
func (l *operationLink) compile(b *builder, op *operation) error {
	if l.to == nil || l.values == nil {
		return errors.New("want an endpoint that is registered already, and what is given to it")
	}
	i := slices.IndexFunc(b.operations, func(o *operation) bool { return o.Method == l.to.Method && o.Path == l.to.Path })
	if i < 0 || b.operations[i].doc.Hidden {
		return fmt.Errorf("leads to %s %s, which is not in the document", l.to.Method, l.to.Path)
	}
	to := b.operations[i]
	if reflect.TypeOf(l.next) != reflect.PointerTo(to.in) {
		return fmt.Errorf("next is a %T, but %s %s takes a *%s", l.next, to.Method, to.Path, typeName(to.in))
	}
	if reflect.ValueOf(l.next).IsNil() {
		return fmt.Errorf("next is a %T that is nil", l.next)
	}
	if to.input == nil || to.path == nil || op.input == nil || op.output == nil {
		return nil // which has mistakes of its own
	}
	l.to, l.shown = to, &openapi.Link{Description: l.text, Parameters: make(map[string]string)}
	for _, status := range op.output.statuses {
		l.from = append(l.from, fmt.Sprint(status))
	}
	var errs []error
	given := make(map[string]bool)
	for field, value := range l.values {
		loc, ok := to.input.locate(l.next, field)
		if !ok {
			errs = append(errs, fmt.Errorf("%T: a key is no address of a field of next that is read from the request", field))
			continue
		}
		expression, err := l.expression(op, value)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", loc[len(loc)-1], err))
			continue
		}
		given[fmt.Sprint(loc...)] = true
		switch {
		case loc[0] != "body":
			l.shown.Parameters[to.parameterName(fmt.Sprint(loc[0]), fmt.Sprint(loc[1]))] = expression
		case len(loc) == 1 && to.input.body != nil:
			l.shown.RequestBody = expression
		default:
			errs = append(errs, fmt.Errorf("%v is a part of the body, which can only be given as a whole", loc[1:]))
		}
	}
	for _, name := range to.path.Params {
		if !given[fmt.Sprint("path", name)] {
			errs = append(errs, fmt.Errorf("%s %s needs the path parameter %s", to.Method, to.Path, name))
		}
	}
	slices.SortFunc(errs, func(x, y error) int { return strings.Compare(x.Error(), y.Error()) })
	return errors.Join(errs...)
}

// parameterName is how a link names a parameter: with its place where there is another of its name.
func (op *operation) parameterName(source, name string) string {
	count := 0
	for _, p := range op.parameters() {
		if p.name == name {
			count++
		}
	}
	if count > 1 {
		return source + "." + name
	}
	return name
}

// expression returns the runtime expression for a value. One of the answer's body is a link of the
// answers that have it.
func (l *operationLink) expression(op *operation, value any) (string, error) {
	if text, ok := value.(string); ok {
		return text, checkExpression(text)
	}
	if loc, ok := op.input.locate(l.in, value); ok {
		return requestExpression(loc)
	}
	for i := range op.output.headers {
		if _, ok := op.output.headers[i].field.Find(l.out, value); ok {
			return "$response.header." + op.output.headers[i].name, nil
		}
	}
	for i := range op.output.bodies {
		b := &op.output.bodies[i]
		if b.field == nil || b.stream != nil {
			continue
		}
		v := l.out
		if b.status != 0 {
			if b.slot(v).IsNil() {
				continue
			}
			v = b.slot(v).Interface()
		}
		loc, ok := b.field.Find(v, value)
		if !ok {
			continue
		}
		if b.status != 0 {
			l.from = slices.DeleteFunc(l.from, func(status string) bool { return status != fmt.Sprint(b.status) })
		}
		return "$response.body" + pointer(loc), nil
	}
	return "", fmt.Errorf("a %T is neither the address of a field of the request or of the answer nor a string", value)
}

// requestExpression returns the runtime expression for what is at a location of the request.
func requestExpression(loc []any) (string, error) {
	switch loc[0] {
	case "body":
		return "$request.body" + pointer(loc[1:]), nil
	case "cookie":
		return "", errors.New("there is no runtime expression for a cookie")
	}
	return fmt.Sprintf("$request.%s.%v", loc[0], loc[1]), nil
}

// pointer returns a location as a fragment, empty for the whole.
func pointer(loc []any) string {
	var b strings.Builder
	for _, segment := range loc {
		if b.Len() == 0 {
			b.WriteByte('#')
		}
		b.WriteByte('/')
		b.WriteString(strings.NewReplacer("~", "~0", "/", "~1").Replace(fmt.Sprint(segment)))
	}
	return b.String()
}

// checkExpression returns an error for a text that begins like a runtime expression and is none.
// Source: OpenAPI 3.1, section "Runtime Expressions".
func checkExpression(text string) error {
	if !strings.HasPrefix(text, "$") || slices.Contains([]string{"$url", "$method", "$statusCode"}, text) {
		return nil
	}
	if _, place, ok := strings.Cut(text, "."); ok && (strings.HasPrefix(text, "$request.") || strings.HasPrefix(text, "$response.")) {
		source, name, named := strings.Cut(place, ".")
		switch {
		case place == "body" || strings.HasPrefix(place, "body#/"):
			return nil
		case named && name != "" && slices.Contains([]string{"header", "query", "path"}, source):
			return nil
		}
	}
	return fmt.Errorf("%q is no runtime expression, such as $url, $request.query.x or $response.body#/id", text)
}

// addLinks adds the links of op to its description. ids gives the ID of an operation in the document.
func (op *operation) addLinks(o *openapi.Operation, shows func(*operation) bool, id func(*operation) string) {
	for _, l := range op.leads {
		if l.shown == nil || !shows(l.to) {
			continue
		}
		made := *l.shown
		made.OperationID, made.Parameters = id(l.to), maps.Clone(l.shown.Parameters)
		for _, status := range l.from {
			if r := o.Responses[status]; r != nil && status != fmt.Sprint(http.StatusNotModified) {
				put(&r.Links, l.name, &made)
			}
		}
	}
}
