package schema_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/schema"
)

// compile returns the plan of T, or ends the test.
func compile[T any](t testing.TB, cfg schema.Config) *schema.Type[T] {
	t.Helper()
	plan, err := schema.Compile[T](schema.NewSet(cfg))
	assert.NoError(t, err)
	return plan
}

// compileError is the text of the mistakes in T.
func compileError[T any](t testing.TB) string {
	t.Helper()
	_, err := schema.Compile[T](schema.NewSet(schema.Config{}))
	if err == nil {
		t.Errorf("%v compiles", reflect.TypeFor[T]())
		return ""
	}
	return err.Error()
}

// issuesOf is what is wrong with an input, one issue a line in the form that
// clients see, or "" for nothing.
func issuesOf(err error) string {
	if err == nil {
		return ""
	}
	e, ok := errors.AsType[*schema.Error](err)
	if !ok {
		return "no *schema.Error: " + err.Error()
	}
	var lines []string
	for i := range e.Issues {
		lines = append(lines, string(e.Issues[i].AppendJSON(nil)))
	}
	if e.Malformed {
		lines[0] = "malformed " + lines[0]
	}
	return strings.Join(lines, "\n")
}

// issue is an issue in the form that clients see. The texts loc, input and ctx
// are JSON; the last two may be empty.
func issue(typ, loc, msg, input, ctx string) string {
	i := problem.Issue{Type: typ, Msg: msg}
	text := strings.Replace(string(i.AppendJSON(nil)), `"loc":[]`, `"loc":`+loc, 1)
	if input != "" {
		text = strings.TrimSuffix(text, "}") + `,"input":` + input + "}"
	}
	if ctx != "" {
		text = strings.TrimSuffix(text, "}") + `,"ctx":` + ctx + "}"
	}
	return text
}

func missing(loc string) string { return issue("missing", loc, "Field required", "", "") }

func lines(issues ...string) string { return strings.Join(issues, "\n") }

// A row is one input of a plan and what comes of it.
type row[T any] struct {
	name, in string
	want     T      // if issues is ""
	issues   string // one a line
}

func decodeAll[T any](t *testing.T, cfg schema.Config, rows []row[T]) {
	t.Helper()
	plan := compile[T](t, cfg)
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			got, err := plan.Decode([]byte(r.in))
			assert.Equal(t, issuesOf(err), r.issues, r.in)
			assert.Equal(t, got, r.want, r.in)
		})
	}
}

// A lone is a field of a struct that has no other.
type lone struct {
	set   *schema.Set
	field *schema.Field
	owner reflect.Type
}

// loneOf compiles a field v of a type with tags.
func loneOf(t testing.TB, typ reflect.Type, tags string) lone {
	t.Helper()
	l, err := tryLone(typ, tags)
	assert.NoError(t, err)
	return l
}

func tryLone(typ reflect.Type, tags string) (lone, error) {
	owner := reflect.StructOf([]reflect.StructField{{Name: "V", Type: typ, Tag: reflect.StructTag(tags)}})
	set := schema.NewSet(schema.Config{})
	field, err := set.Field(owner, []int{0}, "v")
	return lone{set, field, owner}, err
}

// run fills a new struct and returns the value of its field and the issues.
func (l lone) run(fill func(d *schema.Decoder, v any)) (any, string) {
	v := reflect.New(l.owner)
	d := l.set.Decoder(0)
	defer d.Release()
	fill(d, v.Interface())
	return v.Elem().Field(0).Interface(), issuesOf(d.Err())
}

func (l lone) json(text string) (any, string) {
	return l.run(func(d *schema.Decoder, v any) { l.field.JSON(d, v, []byte(text)) })
}

func (l lone) text(texts ...string) (any, string) {
	return l.run(func(d *schema.Decoder, v any) { l.field.Text(d, v, texts...) })
}

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}

// types are the types of values.
func types(values ...any) (list []reflect.Type) {
	for _, v := range values {
		list = append(list, reflect.TypeOf(v))
	}
	return list
}
