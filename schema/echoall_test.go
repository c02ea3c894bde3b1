package schema_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

type echoed struct {
	Name  string   `json:"name"`
	Tags  []string `json:"tags" default:"[]"`
	Inner *struct {
		Low  int `json:"low"`
		High int `json:"high"`
	} `json:"inner"`
}

// TestEchoAllRepeatsWhatIsWrong has issues as Pydantic writes them: with the whole value, and with the
// object that lacks a member.
func TestEchoAllRepeatsWhatIsWrong(t *testing.T) {
	plan := compile[echoed](t, schema.Config{EchoAll: true})
	const required, text = "Field required", "Input should be a valid string"
	long := strings.Repeat("a", 16<<10)
	for _, test := range []struct{ name, in, want string }{
		{"missing", `{"x":[1]}`, issue("missing", `["name"]`, required, `{"x":[1]}`, "")},
		{"missing inside", `{"name":"a","inner":{"low":1}}`, issue("missing", `["inner","high"]`, required, `{"low":1}`, "")},
		{"a list", `{"name":["a"]}`, issue("string_type", `["name"]`, text, `["a"]`, "")},
		{"an object", `{"name":{"a":1}}`, issue("string_type", `["name"]`, text, `{"a":1}`, "")},
		{"null", `{"name":null}`, issue("string_type", `["name"]`, text, `null`, "")},
		{"a list in place of an object", `[]`, issue("model_attributes_type", `[]`, "Input should be a valid dictionary or object to extract fields from", `[]`, "")},
		{"too long", `{"name":["` + long + `"]}`, issue("string_type", `["name"]`, text, "", "")},
		{"malformed", `{"näme":`, "malformed " + issue("json_invalid", `[8]`, "JSON decode error", `{}`, `{"error":"Expecting value"}`)},
	} {
		_, err := plan.Decode([]byte(test.in))
		assert.Equal(t, issuesOf(err), test.want, test.name)
	}
}

func TestEchoAllRepeatsNoSecret(t *testing.T) {
	type login struct {
		Name string `json:"name"`
		Pass struct {
			Word schema.Secret[string] `json:"word"`
			Hint string                `json:"hint"`
		} `json:"pass"`
	}
	plan := compile[login](t, schema.Config{EchoAll: true})
	_, err := plan.Decode([]byte(`{"pass":{"word":"geheim"}}`))
	assert.Equal(t, issuesOf(err), issue("missing", `["name"]`, "Field required", "", "")+"\n"+
		issue("missing", `["pass","hint"]`, "Field required", "", ""))
}

func TestEchoAllOfTexts(t *testing.T) {
	type filter struct {
		Low  int `json:"low"`
		High int `json:"high"`
	}
	type in struct {
		N int
		F filter
	}
	set := schema.NewSet(schema.Config{EchoAll: true, LooseNames: true})
	n, err := set.Field(reflect.TypeFor[in](), []int{0}, "query", "n")
	assert.NoError(t, err)
	model, err := set.Field(reflect.TypeFor[in](), []int{1}, "query")
	assert.NoError(t, err)
	members, err := model.Members(func(name string) string { return name })
	assert.NoError(t, err)

	d, v := set.Decoder(0), new(in)
	defer d.Release()
	n.Text(d, v)
	members[0].Text(d, v, "1", "2")
	members[1].Text(d, v)
	model.MissingIn(d, 1, []byte(`{"low":"2"}`))
	d.Bad("file_expected", "Input should be a file", "x", "body", "f")
	assert.Equal(t, issuesOf(d.Err()), issue("missing", `["query","n"]`, "Field required", "null", "")+"\n"+
		issue("missing", `["query","high"]`, "Field required", `{"low":"2"}`, "")+"\n"+
		issue("file_expected", `["body","f"]`, "Input should be a file", `"x"`, ""))
	assert.Equal(t, v.F.Low, 2, "of several texts the last counts")
}

func TestLaxPlansReadSets(t *testing.T) {
	type sets struct {
		Tags []string  `json:"tags" check:"uniqueItems,maxItems=3"`
		Nums []float64 `json:"nums" check:"uniqueItems" default:"[]"`
	}
	plan := compile[sets](t, schema.Config{Lax: true})
	got, err := plan.Decode([]byte(`{"tags":["b","a","b"],"nums":[1,1.0,2,1e0,3]}`))
	assert.NoError(t, err)
	assert.Equal(t, got, sets{Tags: []string{"b", "a"}, Nums: []float64{1, 2, 3}})

	strict := compile[sets](t, schema.Config{})
	_, err = strict.Decode([]byte(`{"tags":["b","a","b"]}`))
	assert.Contains(t, issuesOf(err), "unique_items")
}
