package schema_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

const hidden = "hunter2"

// TestSecretIsNeverShown prints a secret in every way there is.
func TestSecretIsNeverShown(t *testing.T) {
	type login struct {
		Name     string
		Password schema.Secret[string]
		Pin      *schema.Secret[int]
		Keys     map[string]schema.Secret[[]byte]
	}
	pin := schema.NewSecret(271828)
	v := login{"bob", schema.NewSecret(hidden), &pin, map[string]schema.Secret[[]byte]{"a": schema.NewSecret([]byte(hidden))}}
	shown := func(name, text string) {
		t.Helper()
		for _, part := range []string{hidden, "271828", "42690", "68756e74657232", "104 117", "aHVudGVyMg"} { // decimal, %x of both, bytes, base64
			if strings.Contains(text, part) {
				t.Errorf("%s shows %s", name, text)
			}
		}
		assert.Contains(t, text, "**********", name)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%f", "%c", "%U", "%o", "%20s", "%-20.3v"} {
		for _, value := range []any{v.Password, pin, &pin, v, &v, v.Keys, []any{pin}, schema.NewSecret(v.Name == "")} {
			shown(verb, fmt.Sprintf(verb, value)+fmt.Sprintf("%v", pin))
			if text := fmt.Sprintf(verb, value); strings.Contains(text, hidden) || strings.Contains(text, "271828") {
				t.Errorf("%s shows %s", verb, text)
			}
		}
	}
	assert.Equal(t, fmt.Sprintf("%d|%s|%#v", pin, pin, v.Password), "**********|**********|**********")
	shown("Print", fmt.Sprint(v.Password, pin))
	shown("error", fmt.Errorf("login of %v: %w", v.Password, fmt.Errorf("%d", pin)).Error())
	assert.Equal(t, pin.String(), "**********")
	text, err := json.Marshal(v)
	assert.NoError(t, err)
	shown("JSON", string(text))
	text, err = pin.MarshalText()
	assert.NoError(t, err)
	assert.Equal(t, string(text), "**********")
	for name, handler := range map[string]func(*bytes.Buffer) slog.Handler{
		"slog text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		"slog JSON": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
	} {
		var b bytes.Buffer
		slog.New(handler(&b)).Info("login", "password", v.Password, "pin", &pin, "login", v, "at", slog.GroupValue(slog.Any("pin", pin)))
		shown(name, b.String())
	}
	assert.Equal(t, v.Password.Reveal(), hidden)
	assert.Equal(t, pin.Reveal(), 271828)
	assert.Equal(t, schema.Secret[string]{}.Reveal(), "")
	assert.Equal(t, schema.NewSecret(""), schema.Secret[string]{})
	assert.Equal(t, reflect.TypeFor[schema.Secret[string]]().Comparable(), false, "== would not compare the values")
}

// TestSecretsInUnexportedFields prints what package fmt asks no method of.
func TestSecretsInUnexportedFields(t *testing.T) {
	type inner struct{ password schema.Secret[string] }
	type account struct {
		password schema.Secret[string]
		key      schema.Secret[[]byte]
		pin      *schema.Secret[int]
		login    schema.Secret[inner]
		maybe    schema.Opt[schema.Secret[string]]
		null     schema.Null[schema.Secret[[4]byte]]
		list     []schema.Secret[string]
		table    map[string]schema.Secret[string]
		nested   struct{ inner }
		any      any
	}
	password, pin := schema.NewSecret(hidden), schema.NewSecret(2718281828459045)
	v := account{
		password, schema.NewSecret([]byte(hidden)), &pin, schema.NewSecret(inner{password}), schema.Some(password),
		schema.NotNull(schema.NewSecret([4]byte{104, 117, 110, 116})), []schema.Secret[string]{password},
		map[string]schema.Secret[string]{"a": password}, struct{ inner }{inner{password}}, password,
	}
	check := func(name, text string) {
		t.Helper()
		for _, part := range []string{hidden, "2718281828459045", fmt.Sprintf("%x", 2718281828459045), fmt.Sprintf("%X", 2718281828459045), "104 117", "0x68, 0x75", "68756e74657232", "68756E74657232", "aHVudGVyMg"} {
			assert.Equal(t, strings.Contains(text, part), false, name, "shows", part, "in", text)
		}
	}
	values := map[string]any{
		"struct": v, "pointer": &v, "Opt": v.maybe, "in Opt": schema.Some(v), "list": []account{v}, "map": map[string]*account{"a": &v},
		"exported": struct{ A account }{v}, "secret": password, "in secret": v.login, "error": fmt.Errorf("account %v", v),
	}
	for name, value := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%f", "%c", "%U", "%o", "%p", "%20s", "%w"} {
			check(name+" "+verb, fmt.Sprintf(verb, value))
		}
		text, err := json.Marshal(value)
		assert.NoError(t, err)
		check(name+" json", string(text))
		var b bytes.Buffer
		slog.New(slog.NewTextHandler(&b, nil)).Info("text", "value", value)
		slog.New(slog.NewJSONHandler(&b, nil)).Info("json", "value", value)
		check(name+" slog", b.String())
	}
	copied := v
	assert.Equal(t, copied.login.Reveal().password.Reveal(), hidden)
	assert.Equal(t, reflect.DeepEqual(v, account{
		password: schema.NewSecret(hidden), key: schema.NewSecret([]byte(hidden)), pin: v.pin, login: v.login, maybe: v.maybe, null: v.null, list: v.list,
		table: v.table, nested: v.nested, any: schema.NewSecret(hidden),
	}), true, "reflect.DeepEqual compares the values")
}

func TestSecretAllocatesOnce(t *testing.T) {
	if assert.Race {
		t.Skip("the race detector allocates")
	}
	plan := compile[struct {
		Password schema.Secret[string] `json:"password"`
	}](t, schema.Config{})
	in := []byte(`{"password":"hunter2"}`)
	assert.Equal(t, testing.AllocsPerRun(100, func() { _, _ = plan.Decode(in) }), 3.0, "the struct, the text and the value")
	v := schema.NewSecret(hidden)
	assert.Equal(t, testing.AllocsPerRun(100, func() { _ = v.Reveal() }), 0.0)
}

func TestSecretsInIssues(t *testing.T) {
	const short = `"msg":"String should have at least 9 characters","ctx":{"min_length":9}}`
	for _, test := range []struct {
		name, in string
		typ      reflect.Type
		tags     string
		want     string
	}{
		{"string", quote(hidden), reflect.TypeFor[schema.Secret[string]](), `check:"minLength=9"`, `{"type":"string_too_short","loc":["v"],` + short},
		{"Opt", quote(hidden), reflect.TypeFor[schema.Opt[schema.Secret[string]]](), `check:"minLength=9"`, `{"type":"string_too_short","loc":["v"],` + short},
		{"pointer", quote(hidden), reflect.TypeFor[*schema.Secret[string]](), `check:"minLength=9"`, `{"type":"string_too_short","loc":["v"],` + short},
		{"Null", quote(hidden), reflect.TypeFor[schema.Null[schema.Secret[string]]](), `check:"minLength=9"`, `{"type":"string_too_short","loc":["v"],` + short},
		{"list of secrets", `["` + hidden + `"]`, reflect.TypeFor[[]schema.Secret[string]](), `check:"each(minLength=9)"`, `{"type":"string_too_short","loc":["v",0],` + short},
		{"secret list", `["` + hidden + `"]`, reflect.TypeFor[schema.Secret[[]string]](), `check:"each(minLength=9)"`, `{"type":"string_too_short","loc":["v",0],` + short},
		{"number in place of a string", `271828`, reflect.TypeFor[schema.Secret[string]](), ``, `{"type":"string_type","loc":["v"],"msg":"Input should be a valid string"}`},
		{"string in place of a number", quote(hidden), reflect.TypeFor[schema.Secret[int]](), ``, `{"type":"int_type","loc":["v"],"msg":"Input should be a valid integer"}`},
		{"date", quote(hidden + hidden), reflect.TypeFor[schema.Secret[schema.Date]](), ``, `{"type":"date_from_datetime_parsing","loc":["v"],"msg":"Input should be a valid date or datetime, invalid character in year","ctx":{"error":"invalid character in year"}}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := loneOf(t, test.typ, test.tags)
			_, issues := l.json(test.in)
			assert.Equal(t, issues, test.want)
			if test.in[0] == '"' {
				_, issues = l.text(strings.Trim(test.in, `"`))
				assert.Equal(t, strings.Contains(issues, "input"), false, issues)
				assert.Equal(t, issues != "", true)
			}
		})
	}
	t.Run("issues before it keep theirs", func(t *testing.T) {
		plan := compile[struct {
			A int                `json:"a"`
			B schema.Secret[int] `json:"b"`
			C int                `json:"c"`
		}](t, schema.Config{})
		_, err := plan.Decode([]byte(`{"a":"1","b":"2","c":"3"}`))
		assert.Equal(t, issuesOf(err), lines(
			issue("int_type", `["a"]`, "Input should be a valid integer", `"1"`, ""),
			issue("int_type", `["b"]`, "Input should be a valid integer", "", ""),
			issue("int_type", `["c"]`, "Input should be a valid integer", `"3"`, "")))
	})
	t.Run("malformed", func(t *testing.T) {
		_, issues := loneOf(t, reflect.TypeFor[schema.Secret[string]](), "").json(`"hunter2`)
		assert.Equal(t, strings.Contains(issues, hidden), false)
		assert.Contains(t, issues, "malformed")
	})
}

func TestSecretsAreReadAndWritten(t *testing.T) {
	type login struct {
		Password schema.Secret[string]            `json:"password"`
		Pin      schema.Opt[schema.Secret[int]]   `json:"pin"`
		Token    schema.Secret[string]            `json:"token,omitempty"`
		Keys     map[string]schema.Secret[colour] `json:"keys"`
	}
	plan := compile[login](t, schema.Config{})
	v, err := plan.Decode([]byte(`{"password":"hunter2","pin":1,"token":"","keys":{"a":"red"}}`))
	assert.Equal(t, issuesOf(err), "")
	assert.Equal(t, v.Password.Reveal(), hidden)
	out, err := plan.Append(nil, &v)
	assert.NoError(t, err)
	assert.Equal(t, string(out), `{"password":"**********","pin":"**********","keys":{"a":"**********"}}`)

	l := loneOf(t, reflect.TypeFor[login](), "")
	text, err := l.write(v)
	assert.NoError(t, err)
	assert.Equal(t, text, `{"password":"hunter2","pin":1,"keys":{"a":"red"}}`, "a client sends what it knows")

	read, issues := loneOf(t, reflect.TypeFor[schema.Secret[string]](), "").text(hidden)
	assert.Equal(t, issues, "")
	assert.Equal(t, read, any(schema.NewSecret(hidden)))
	zero, issues := loneOf(t, reflect.TypeFor[schema.Secret[string]](), "").json(`""`)
	assert.Equal(t, issues, "")
	assert.Equal(t, zero, any(schema.Secret[string]{}), "of one value there is one form")
	text, err = loneOf(t, reflect.TypeFor[schema.Secret[string]](), "").write(schema.Secret[string]{})
	assert.NoError(t, err)
	assert.Equal(t, text, `""`)
	_, issues = loneOf(t, reflect.TypeFor[schema.Secret[[]string]](), `check:"each(maxLength=1)"`).text("a", hidden)
	assert.Equal(t, issues, issue("string_too_long", `["v",1]`, "String should have at most 1 character", "", `{"max_length":1}`))
	list, issues := loneOf(t, reflect.TypeFor[schema.Secret[[]string]](), "").text("a", "b")
	assert.Equal(t, issues, "")
	assert.Equal(t, list, any(schema.NewSecret([]string{"a", "b"})))
	def, issues := loneOf(t, reflect.TypeFor[schema.Secret[string]](), `default:"x"`).text()
	assert.Equal(t, issues, "")
	assert.Equal(t, def, any(schema.NewSecret("x")), "the tag of a secret text holds it without quotes")
	_, err = tryLone(reflect.TypeFor[schema.Secret[string]](), `example:"x"`)
	assert.Contains(t, err.Error(), "a secret has no example")
}

type (
	deepSecret struct {
		Next *deepSecret
		List []struct {
			M map[string][2]schema.Opt[schema.Secret[int]]
		}
	}
	noSecret struct {
		Next *noSecret
		Kids []noSecret
		M    map[string]noSecret
		N    schema.Null[string]
		A    any
	}
	secretEnum []schema.Secret[string]
)

func (secretEnum) Enum() []secretEnum { return []secretEnum{{schema.NewSecret("a")}} }

func TestSecretsAreNoOutput(t *testing.T) {
	type login struct {
		Name     string
		Password schema.Secret[string] `json:"password"`
	}
	type session struct {
		Of map[string][]*login `json:"of"`
	}
	for _, test := range []struct {
		v    any
		want string
	}{
		{schema.Secret[int]{}, "schema.Secret[int] is one"},
		{new(schema.Secret[int]), "*schema.Secret[int] is one"},
		{schema.Opt[schema.Secret[int]]{}, "schema.Opt[github.com/tenonapi/tenon/schema.Secret[int]] is one"},
		{schema.Null[schema.Secret[int]]{}, "schema.Null[github.com/tenonapi/tenon/schema.Secret[int]] is one"},
		{[]schema.Secret[int]{}, "[]schema.Secret[int] has one"},
		{[2]schema.Secret[int]{}, "[2]schema.Secret[int] has one"},
		{map[string]schema.Secret[int]{}, "map[string]schema.Secret[int] has one"},
		{secretEnum{}, "schema_test.secretEnum has one"},
		{schema.Secret[deepSecret]{}, "schema.Secret[github.com/tenonapi/tenon/schema_test.deepSecret] is one"},
		{login{}, "schema_test.login has one at password, a field of schema_test.login"},
		{session{}, "schema_test.session has one at of{}[].password, a field of schema_test.login"},
		{struct {
			A struct{ B schema.Secret[int] }
		}{}, "struct has one at A.B, a field of struct"},
		{deepSecret{}, "schema_test.deepSecret has one at List[].M{}[], a field of struct"},
		{[]*deepSecret{}, "[]*schema_test.deepSecret has one at [].List[].M{}[], a field of struct"},
	} {
		err := loneOf(t, reflect.TypeOf(test.v), "").field.Output()
		assert.Equal(t, fmt.Sprint(err), "an output must not contain a schema.Secret: "+test.want)
	}
	for _, typ := range types(1, "", noSecret{}, []noSecret{}, schema.Date{}, colour(""), weekday(0), map[string]any{}) {
		assert.NoError(t, loneOf(t, typ, "").field.Output(), typ)
	}
}
