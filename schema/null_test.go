package schema_test

import (
	"reflect"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

func TestNull(t *testing.T) {
	type note struct {
		Text  schema.Null[string]             `json:"text" check:"minLength=1"`
		Count schema.Null[int]                `json:"count"`
		Tags  schema.Null[[]string]           `json:"tags" check:"maxItems=1"`
		Due   schema.Null[schema.Date]        `json:"due"`
		Maybe schema.Opt[schema.Null[string]] `json:"maybe"`
	}
	const rest = `,"count":0,"tags":[],"due":"2026-11-20"}`
	zero := note{Count: schema.NotNull(0), Tags: schema.NotNull([]string{}), Due: schema.NotNull(day(2026, 11, 20))}
	with := func(change func(*note)) note {
		n := zero
		change(&n)
		return n
	}
	decodeAll(t, schema.Config{}, []row[note]{
		{name: "value", in: `{"text":"a"` + rest, want: with(func(n *note) { n.Text = schema.NotNull("a") })},
		{name: "null", in: `{"text": null ` + rest, want: zero},
		{name: "all null", in: `{"text":null,"count":null,"tags":null,"due":null,"maybe":null}`, want: note{Maybe: schema.Some(schema.Null[string]{})}},
		{name: "Opt of it", in: `{"maybe":"b","text":null` + rest, want: with(func(n *note) { n.Maybe = schema.Some(schema.NotNull("b")) })},
		{name: "absent", in: `{}`, issues: lines(missing(`["text"]`), missing(`["count"]`), missing(`["tags"]`), missing(`["due"]`))},
		{name: "rules are about the value", in: `{"text":""` + rest, issues: issue("string_too_short", `["text"]`, "String should have at least 1 character", `""`, `{"min_length":1}`)},
		{name: "wrong type", in: `{"text":1` + rest, issues: issue("string_type", `["text"]`, "Input should be a valid string", `1`, "")},
		{name: "no literal", in: `{"text":nul` + rest, issues: "malformed " + issue("json_invalid", `[8]`, "JSON decode error", "", `{"error":"Expecting value"}`)},
	})
	t.Run("write", func(t *testing.T) {
		plan := compile[note](t, schema.Config{})
		for want, v := range map[string]note{
			`{"text":null,"count":null,"tags":null,"due":null}`:                 {},
			`{"text":"a","count":0,"tags":[],"due":"2026-11-20"}`:               with(func(n *note) { n.Text = schema.NotNull("a") }),
			`{"text":null,"count":0,"tags":[],"due":"2026-11-20","maybe":null}`: with(func(n *note) { n.Maybe = schema.Some(schema.Null[string]{}) }),
			`{"text":null,"count":0,"tags":["a"],"due":"2026-11-20","maybe":"b"}`: with(func(n *note) {
				n.Tags, n.Maybe = schema.NotNull([]string{"a"}), schema.Some(schema.NotNull("b"))
			}),
		} {
			out, err := plan.Append(nil, &v)
			assert.NoError(t, err)
			assert.Equal(t, string(out), want)
		}
	})
	t.Run("schema", func(t *testing.T) {
		in, out := schemasOf(t, reflect.TypeFor[struct {
			A schema.Null[string]
			B schema.Opt[schema.Null[int8]]
		}](), "")
		want := `{"type":"object","properties":{"A":{"anyOf":[{"type":"string"},{"type":"null"}]},"B":{"anyOf":[{"type":"integer","format":"int8","minimum":-128,"maximum":127},{"type":"null"}]}},"required":["A"]}`
		assert.Equal(t, in, want)
		assert.Equal(t, out, want)
	})
}

func TestNullInText(t *testing.T) {
	l := loneOf(t, reflect.TypeFor[schema.Null[string]](), "")
	for _, text := range []string{"a", "", "null"} {
		v, issues := l.text(text)
		assert.Equal(t, issues, "")
		assert.Equal(t, v, any(schema.NotNull(text)), "text has no null")
	}
	_, issues := l.text()
	assert.Equal(t, issues, missing(`["v"]`))
	assert.Equal(t, l.field.Required(), true)
	_, issues = loneOf(t, reflect.TypeFor[schema.Null[int]](), "").text("null")
	assert.Contains(t, issues, "int_parsing")
	v, issues := loneOf(t, reflect.TypeFor[schema.Null[[]int]](), "").text("1", "2")
	assert.Equal(t, issues, "")
	assert.Equal(t, v, any(schema.NotNull([]int{1, 2})))
	v, issues = loneOf(t, reflect.TypeFor[schema.Null[string]](), `default:"x"`).text()
	assert.Equal(t, issues, "")
	assert.Equal(t, v, any(schema.NotNull("x")))

	t.Run("null again", func(t *testing.T) {
		owner := reflect.New(l.owner)
		d := l.set.Decoder(0)
		defer d.Release()
		l.field.JSON(d, owner.Interface(), []byte(`"a"`))
		l.field.JSON(d, owner.Interface(), []byte(`null`))
		assert.NoError(t, d.Err())
		_, ok := schema.At[schema.Null[string]](l.field, owner.Interface()).Get()
		assert.Equal(t, ok, false)
	})
	t.Run("texts", func(t *testing.T) {
		for _, test := range []struct {
			v    any
			want []string
		}{{schema.Null[string]{}, nil}, {schema.NotNull("a"), []string{"a"}}, {schema.NotNull([]int{1, 2}), []string{"1", "2"}}, {schema.NewSecret("a"), []string{"a"}}} {
			l := loneOf(t, reflect.TypeOf(test.v), "")
			owner := reflect.New(l.owner)
			owner.Elem().Field(0).Set(reflect.ValueOf(test.v))
			texts, err := l.field.AppendTexts(nil, owner.Interface())
			assert.NoError(t, err)
			assert.Equal(t, texts, test.want)
		}
	})
}

func TestNullMethods(t *testing.T) {
	none, some := schema.Null[int]{}, schema.NotNull(1)
	v, ok := none.Get()
	assert.Equal(t, []any{v, ok, none.Or(7)}, []any{0, false, 7})
	v, ok = some.Get()
	assert.Equal(t, []any{v, ok, some.Or(7)}, []any{1, true, 1})
}
