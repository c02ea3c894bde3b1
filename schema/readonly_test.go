package schema_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

type account struct {
	ID       int    `json:"id" readOnly:"true" title:"Identifier" example:"1"`
	Name     string `json:"name" examples:"Ann|Bob"`
	Password string `json:"password" writeOnly:"true" check:"minLength=2"`
	Hint     string `json:"hint" writeOnly:"true" default:"none"`
	Level    int    `json:"level" readOnly:"false" writeOnly:"false" default:"1"`
}

func TestReadOnlyAndWriteOnly(t *testing.T) {
	good := account{0, "Ann", "xx", "none", 1}
	extra := issue("extra_forbidden", `["id"]`, "Extra inputs are not permitted", `7`, "")
	t.Run("ignored", func(t *testing.T) {
		decodeAll(t, schema.Config{}, []row[account]{
			{name: "without", in: `{"name":"Ann","password":"xx"}`, want: good},
			{name: "never set", in: `{"id":7,"name":"Ann","password":"xx"}`, want: good},
			{name: "nor looked at", in: `{"id":{"a":[]},"ID":"","name":"Ann","password":"xx"}`, want: good},
			{name: "but not twice", in: `{"id":1,"name":"Ann","id":1,"password":"xx"}`, issues: issue("duplicate_member", `["id"]`, "Member should be given once", "", "")},
			{name: "writeOnly is required", in: `{"name":"Ann"}`, issues: missing(`["password"]`)},
			{name: "writeOnly has rules", in: `{"name":"Ann","password":"x"}`, issues: issue("string_too_short", `["password"]`, "String should have at least 2 characters", `"x"`, `{"min_length":2}`)},
		})
	})
	t.Run("forbidden", func(t *testing.T) {
		decodeAll(t, schema.Config{ForbidUnknown: true}, []row[account]{
			{name: "without", in: `{"name":"Ann","password":"xx"}`, want: good},
			{name: "with", in: `{"id":7,"name":"Ann","password":"xx"}`, issues: extra},
		})
	})
	t.Run("printed", func(t *testing.T) {
		out, err := compile[[]account](t, schema.Config{}).Append(nil, &[]account{{7, "Ann", "secret", "secret", 2}})
		assert.NoError(t, err)
		assert.Equal(t, string(out), `[{"id":7,"name":"Ann","level":2}]`)
	})
	t.Run("nothing to print, nothing to read", func(t *testing.T) {
		type onlyWritten struct {
			A int `writeOnly:"true"`
		}
		type onlyPrinted struct {
			A int `readOnly:"true"`
		}
		out, err := compile[onlyWritten](t, schema.Config{}).Append(nil, &onlyWritten{1})
		assert.NoError(t, err)
		assert.Equal(t, string(out), `{}`)
		got, err := compile[onlyPrinted](t, schema.Config{}).Decode([]byte(`{"A":1}`))
		assert.NoError(t, err)
		assert.Equal(t, got, onlyPrinted{})
	})
	t.Run("schema", func(t *testing.T) {
		plan := compile[account](t, schema.Config{})
		all := schema.NewSchemas("#/")
		plan.InputSchema(all)
		plan.OutputSchema(all)
		integer := `"type":"integer","format":"int64"`
		assert.Equal(t, components(t, all), map[string]string{
			"AccountInput": `{"type":"object","properties":{"name":{"type":"string","examples":["Ann","Bob"]},"password":{"type":"string","minLength":2,"writeOnly":true},` +
				`"hint":{"type":"string","default":"none","writeOnly":true},"level":{` + integer + `,"default":1}},"required":["name","password"]}`,
			"Account": `{"type":"object","properties":{"id":{"title":"Identifier",` + integer + `,"examples":[1],"readOnly":true},"name":{"type":"string","examples":["Ann","Bob"]},"level":{` + integer + `}},` +
				`"required":["id","name","level"]}`,
		})
	})
	t.Run("found", func(t *testing.T) {
		type holds struct{ V account }
		f, err := schema.NewSet(schema.Config{}).Field(reflect.TypeFor[holds](), []int{0}, "v")
		assert.NoError(t, err)
		v := new(holds)
		for want, target := range map[string]any{"[v id] true": &v.V.ID, "[v password] true": &v.V.Password} {
			loc, ok := f.Find(v, target)
			assert.Equal(t, fmt.Sprint(loc, ok), want)
		}
	})
	t.Run("a writeOnly secret does not leave", func(t *testing.T) {
		type login struct {
			Password schema.Secret[string] `writeOnly:"true"`
		}
		assert.NoError(t, loneOf(t, reflect.TypeFor[login](), "").field.Output())
	})
}

func TestDocumentationTags(t *testing.T) {
	for _, test := range []struct {
		name string
		typ  reflect.Type
		tags string
		want string // "" if good
	}{
		{"title", intOf, `title:"A title"`, ""},
		{"examples", intOf, `examples:"1|2"`, ""},
		{"both", intOf, `example:"1" examples:"2|3"`, ""},
		{"both flags", intOf, `readOnly:"true" writeOnly:"true"`, "readOnly and writeOnly exclude each other"},
		{"no flag", intOf, `readOnly:"yes"`, `readOnly:"yes": want true or false`},
		{"no flag either", intOf, `writeOnly:""`, `writeOnly:"": want true or false`},
		{"a default that is never used", intOf, `readOnly:"true" default:"1"`, "a readOnly field is not read: it has no default"},
		{"a bad example of several", intOf, `examples:"1|x"`, "the example x does not fit the field"},
		{"an example that breaks a rule", intOf, `check:"le=2" examples:"1|3"`, "the example 3 does not fit the field: Input should be less than or equal to 2"},
		{"an empty example", intOf, `examples:""`, "does not fit the field"},
		{"of a secret", reflect.TypeFor[schema.Secret[string]](), `examples:"a|b"`, "a secret has no example"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := tryLone(test.typ, test.tags)
			if test.want == "" {
				assert.NoError(t, err)
				return
			}
			assert.Contains(t, fmt.Sprint(err), test.want)
		})
	}
	l := loneOf(t, intOf, `title:"T" doc:"D" example:"1" examples:"2|3"`)
	assert.Equal(t, schemaText(t, schema.NewSchemas("#/").Output(l.field)),
		`{"title":"T","description":"D","type":"integer","format":"int64","examples":[1,2,3]}`)
	l = loneOf(t, intOf, `x-unit:"cents" x-order:"1" x-text:"\"1\"" x-list:"[1]" other:"x"`)
	assert.Equal(t, schemaText(t, schema.NewSchemas("#/").Output(l.field)),
		`{"type":"integer","format":"int64","x-list":[1],"x-order":1,"x-text":"1","x-unit":"cents"}`)
}

func TestWhatIsPrintedIsReadBack(t *testing.T) {
	type shop struct {
		Owner    account
		Accounts []account
	}
	set := schema.NewSet(schema.Config{ForbidUnknown: true})
	field, err := set.Field(reflect.TypeFor[shop](), nil)
	assert.NoError(t, err)
	read := func(how func(*schema.Field, *schema.Decoder, any, []byte), text string) (got shop, err error) {
		d := set.Decoder(0)
		defer d.Release()
		how(field, d, &got, []byte(text))
		return got, d.Err()
	}
	want := shop{account{ID: 7, Name: "Ann", Level: 1}, []account{{ID: 8, Name: "Bob", Level: 2}}}
	text, err := field.AppendJSON(nil, &want)
	assert.NoError(t, err)
	got, err := read((*schema.Field).JSONBack, string(text))
	assert.NoError(t, err)
	assert.Equal(t, got, want)
	_, err = read((*schema.Field).JSON, string(text))
	assert.Contains(t, fmt.Sprint(err), "Owner.password")
	_, err = read((*schema.Field).JSONBack, `{"Owner":{"name":"Ann","level":1,"password":"xx"},"Accounts":[]}`)
	assert.Contains(t, fmt.Sprint(err), "Owner.id")
	assert.Contains(t, fmt.Sprint(err), "Owner.password")
}
