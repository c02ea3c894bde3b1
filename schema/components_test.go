package schema_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/schema"
)

func schemaText(t *testing.T, s *openapi.Schema) string {
	t.Helper()
	text, err := json.Marshal(s)
	assert.NoError(t, err)
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(string(text))
}

// components is the text of each schema, by its name.
func components(t *testing.T, all *schema.Schemas) map[string]string {
	t.Helper()
	named, err := all.Components()
	assert.NoError(t, err)
	out := map[string]string{}
	for name, s := range named {
		out[name] = schemaText(t, s)
	}
	return out
}

// TestSchemaOfField compares the schema of each kind of type with each rule.
func TestSchemaOfField(t *testing.T) {
	tests := []struct {
		name string
		typ  reflect.Type
		tags string
		want string
	}{
		{"bool", reflect.TypeFor[bool](), ``, `{"type":"boolean"}`},
		{"string", stringOf, ``, `{"type":"string"}`},
		{"string with rules", stringOf, `check:"minLength=1,maxLength=9,pattern='^a'"`, `{"type":"string","minLength":1,"maxLength":9,"pattern":"^a"}`},
		{"string of no length", stringOf, `check:"minLength=0,maxLength=0"`, `{"type":"string","maxLength":0}`},
		{"choice", stringOf, `check:"enum=a|'b|\"'"`, `{"type":"string","enum":["a","b|\""]}`},
		{"uuid", stringOf, `check:"format=uuid"`, `{"type":"string","format":"uuid"}`},
		{"int", intOf, ``, `{"type":"integer","format":"int64"}`},
		{"int8", reflect.TypeFor[int8](), ``, `{"type":"integer","format":"int8","minimum":-128,"maximum":127}`},
		{"int32 with one bound", reflect.TypeFor[int32](), `check:"gt=0"`, `{"type":"integer","format":"int32","exclusiveMinimum":0,"maximum":2147483647}`},
		{"uint16", reflect.TypeFor[uint16](), ``, `{"type":"integer","format":"uint16","minimum":0,"maximum":65535}`},
		{"uint64", reflect.TypeFor[uint64](), ``, `{"type":"integer","format":"uint64","minimum":0}`},
		{"all bounds", intOf, `check:"ge=1,gt=0,le=9,lt=10,multipleOf=3"`, `{"type":"integer","format":"int64","multipleOf":3,"minimum":1,"exclusiveMinimum":0,"maximum":9,"exclusiveMaximum":10}`},
		{"choice of numbers", intOf, `check:"enum=1|2"`, `{"type":"integer","format":"int64","enum":[1,2]}`},
		{"float64", floatOf, `check:"ge=0.5,multipleOf=0.1,enum=1e3|2"`, `{"type":"number","format":"double","enum":[1e3,2],"multipleOf":0.1,"minimum":0.5}`},
		{"float32", reflect.TypeFor[float32](), ``, `{"type":"number","format":"float"}`},
		{"time", reflect.TypeFor[time.Time](), ``, `{"type":"string","format":"date-time"}`},
		{"bytes", reflect.TypeFor[[]byte](), `check:"maxLength=3"`, `{"type":"string","maxLength":4,"contentEncoding":"base64"}`},
		{"any", reflect.TypeFor[any](), ``, `{}`},
		{"text type", reflect.TypeFor[upper](), `check:"maxLength=3"`, `{"type":"string","maxLength":3}`},
		{"JSON type", reflect.TypeFor[json.RawMessage](), ``, `{}`},
		{"rules of a type", reflect.TypeFor[code](), ``, `{"type":"string","maxLength":4,"pattern":"^\\d+$"}`},
		{"list", reflect.TypeFor[[]int8](), `check:"minItems=1,maxItems=2,each(ge=0)"`, `{"type":"array","items":{"type":"integer","format":"int8","minimum":0,"maximum":127},"minItems":1,"maxItems":2}`},
		{"map", reflect.TypeFor[map[string]bool](), `check:"minProperties=1,maxProperties=2"`, `{"type":"object","additionalProperties":{"type":"boolean"},"minProperties":1,"maxProperties":2}`},
		{"rules of keys and values", reflect.TypeFor[map[string]string](), `check:"keys(maxLength=2),values(minLength=1)"`, `{"type":"object","additionalProperties":{"type":"string","minLength":1},"propertyNames":{"type":"string","maxLength":2}}`},
		{"pointer", reflect.TypeFor[*string](), `check:"maxLength=1"`, `{"anyOf":[{"type":"string","maxLength":1},{"type":"null"}]}`},
		{"Opt", reflect.TypeFor[schema.Opt[string]](), ``, `{"type":"string"}`},
		{"Opt of a pointer", reflect.TypeFor[schema.Opt[*string]](), ``, `{"anyOf":[{"type":"string"},{"type":"null"}]}`},
		{"documentation", stringOf, `doc:"what it is" example:"a b" default:"x" deprecated:"true"`, `{"description":"what it is","type":"string","default":"x","examples":["a b"],"deprecated":true}`},
		{"values that are no strings", reflect.TypeFor[[]int](), `example:"[1,2]" default:"[]"`, `{"type":"array","items":{"type":"integer","format":"int64"},"default":[],"examples":[[1,2]]}`},
		{"struct without a name", reflect.TypeFor[struct {
			A int8 `json:"a" check:"ge=0"`
			B schema.Opt[string]
		}](), `doc:"d"`, `{"description":"d","type":"object","properties":{"a":{"type":"integer","format":"int8","minimum":0,"maximum":127},"B":{"type":"string"}},"required":["a"]}`},
		{"closed struct without a name", reflect.TypeFor[struct {
			_ struct{} `check:"additionalProperties=false"`
		}](), ``, `{"type":"object","additionalProperties":false}`},
		{"struct with a name", reflect.TypeFor[order](), `doc:"d"`, `{"$ref":"#/Order","description":"d"}`},
		{"pointer to a struct", reflect.TypeFor[*order](), ``, `{"anyOf":[{"$ref":"#/Order"},{"type":"null"}]}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := loneOf(t, test.typ, test.tags)
			all := schema.NewSchemas("#/")
			in, out := all.Input(l.field), all.Output(l.field)
			components(t, all)
			assert.Equal(t, schemaText(t, in), test.want)
			if !strings.Contains(test.tags, "default:") && !strings.Contains(test.want, `"required"`) {
				assert.Equal(t, schemaText(t, out), test.want, "output")
			}
		})
	}
	t.Run("a default is of the input", func(t *testing.T) {
		l := loneOf(t, stringOf, `default:"x"`)
		assert.Equal(t, schemaText(t, schema.NewSchemas("#/").Output(l.field)), `{"type":"string"}`)
	})
}

// These differ in the two directions, in themselves or by what they need.
type (
	sameBoth struct{ A int }
	differs  struct {
		A string          `json:"a" default:"x"`
		B *int            `json:"b"`
		C int             `json:"c,omitempty"`
		D schema.Opt[int] `json:"d"`
	}
	byNeed struct {
		List []differs
		Same sameBoth
	}
	byNeedOfNeed struct{ X map[string]byNeed }
	recursive    struct {
		Next *recursive  `json:"next"`
		Kids []recursive `json:"kids"`
	}
	holdsNameless struct {
		In struct{ D differs }
	}
)

func TestComponents(t *testing.T) {
	set := schema.NewSet(schema.Config{})
	both := func(t *testing.T, all *schema.Schemas, plan interface {
		InputSchema(*schema.Schemas) *openapi.Schema
		OutputSchema(*schema.Schemas) *openapi.Schema
	}) (in, out *openapi.Schema) {
		return plan.InputSchema(all), plan.OutputSchema(all)
	}
	t.Run("one schema for both directions", func(t *testing.T) {
		all := schema.NewSchemas("#/components/schemas/")
		plan, err := schema.Compile[sameBoth](set)
		assert.NoError(t, err)
		in, out := both(t, all, plan)
		assert.Equal(t, components(t, all), map[string]string{
			"SameBoth": `{"type":"object","properties":{"A":{"type":"integer","format":"int64"}},"required":["A"]}`,
		})
		assert.Equal(t, in.Ref, "#/components/schemas/SameBoth")
		assert.Equal(t, out.Ref, "#/components/schemas/SameBoth")
	})
	t.Run("two where they differ, and in what needs them", func(t *testing.T) {
		all := schema.NewSchemas("#/")
		plan, err := schema.Compile[byNeedOfNeed](set)
		assert.NoError(t, err)
		nameless, err := schema.Compile[holdsNameless](set)
		assert.NoError(t, err)
		in, out := both(t, all, plan)
		both(t, all, nameless)
		got := components(t, all)
		assert.Equal(t, in.Ref, "#/ByNeedOfNeedInput")
		assert.Equal(t, out.Ref, "#/ByNeedOfNeed")
		sameBoth := `{"type":"object","properties":{"A":{"type":"integer","format":"int64"}},"required":["A"]}`
		assert.Equal(t, got, map[string]string{
			"SameBoth":     sameBoth,
			"DiffersInput": `{"type":"object","properties":{"a":{"type":"string","default":"x"},"b":{"anyOf":[{"type":"integer","format":"int64"},{"type":"null"}]},"c":{"type":"integer","format":"int64"},"d":{"type":"integer","format":"int64"}},"required":["c"]}`,
			"Differs":      `{"type":"object","properties":{"a":{"type":"string"},"b":{"anyOf":[{"type":"integer","format":"int64"},{"type":"null"}]},"c":{"type":"integer","format":"int64"},"d":{"type":"integer","format":"int64"}},"required":["a","b"]}`,
			"ByNeedInput":  `{"type":"object","properties":{"List":{"type":"array","items":{"$ref":"#/DiffersInput"}},"Same":{"$ref":"#/SameBoth"}},"required":["List","Same"]}`,
			"ByNeed":       `{"type":"object","properties":{"List":{"type":"array","items":{"$ref":"#/Differs"}},"Same":{"$ref":"#/SameBoth"}},"required":["List","Same"]}`,

			"ByNeedOfNeedInput":  `{"type":"object","properties":{"X":{"type":"object","additionalProperties":{"$ref":"#/ByNeedInput"}}},"required":["X"]}`,
			"ByNeedOfNeed":       `{"type":"object","properties":{"X":{"type":"object","additionalProperties":{"$ref":"#/ByNeed"}}},"required":["X"]}`,
			"HoldsNamelessInput": `{"type":"object","properties":{"In":{"type":"object","properties":{"D":{"$ref":"#/DiffersInput"}},"required":["D"]}},"required":["In"]}`,
			"HoldsNameless":      `{"type":"object","properties":{"In":{"type":"object","properties":{"D":{"$ref":"#/Differs"}},"required":["D"]}},"required":["In"]}`,
		})
	})
	t.Run("one direction only", func(t *testing.T) {
		all := schema.NewSchemas("#/")
		plan, err := schema.Compile[differs](set)
		assert.NoError(t, err)
		assert.Equal(t, plan.InputSchema(all).Ref != "", true)
		assert.Equal(t, keys(components(t, all)), "Differs")
	})
	t.Run("recursive", func(t *testing.T) {
		all := schema.NewSchemas("#/")
		plan, err := schema.Compile[recursive](set)
		assert.NoError(t, err)
		both(t, all, plan)
		next := `"next":{"anyOf":[{"$ref":"#/NAME"},{"type":"null"}]},"kids":{"type":"array","items":{"$ref":"#/NAME"}}}`
		assert.Equal(t, components(t, all), map[string]string{
			"RecursiveInput": `{"type":"object","properties":{` + strings.ReplaceAll(next, "NAME", "RecursiveInput") + `,"required":["kids"]}`,
			"Recursive":      `{"type":"object","properties":{` + strings.ReplaceAll(next, "NAME", "Recursive") + `,"required":["next","kids"]}`,
		})
	})
}

func keys(m map[string]string) string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	return strings.Join(sorted(names), " ")
}

// Types whose names need care.
type (
	Issue         struct{ A int }
	page[T any]   struct{ Items []T }
	two[A, B any] struct {
		A A
		B B
	}
	Größe        struct{ X int }
	Заказ        struct{ X int }
	DiffersInput struct{ Z int }
)

func TestComponentNames(t *testing.T) {
	type local struct{ A int }
	inner := func() reflect.Type {
		type local struct{ B int }
		return reflect.TypeFor[local]()
	}()
	tests := []struct {
		name  string
		types []reflect.Type
		used  []string
		want  string
	}{
		{"of one type", types(order{}), nil, "Order"},
		{"generic", types(page[order]{}, page[[]order]{}, page[int]{}), nil, "Order Page___order Page_int Page_order"},
		{"of two types", types(two[string, page[order]]{}), nil, "Two_string_page_order Page_order Order"},
		{"of a type of another package", types(page[problem.Attr]{}, page[schema.Opt[order]]{}), nil, "Attr Order Page_Attr Page_Opt_order"},
		{"same name in two packages", types(Issue{}, problem.Issue{}), nil, "Attr ProblemIssue Schema_testIssue"},
		{"same name in one package", []reflect.Type{reflect.TypeFor[local](), inner}, nil, "Schema_testLocal Schema_testLocal2"},
		{"same name of an argument", types(page[Issue]{}, page[problem.Issue]{}), nil, "Attr ProblemIssue Schema_testIssue Schema_testPage_Issue Schema_testPage_Issue2"},
		{"reserved", types(order{}), []string{"Order"}, "Schema_testOrder"},
		{"both reserved", types(order{}), []string{"Order", "Schema_testOrder", "Schema_testOrder2"}, "Schema_testOrder3"},
		{"letters that OpenAPI lacks", types(Größe{}), nil, "Gre"},
		{"no letter left", types(Заказ{}), nil, "Schema"},
		{"a type called as the input of another", types(differs{}, DiffersInput{}), nil, "DiffersInput Schema_testDiffers Schema_testDiffersInput"},
		{"the input of which is reserved", types(differs{}), []string{"DiffersInput"}, "Schema_testDiffers Schema_testDiffersInput"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for range 20 { // maps have no order
				set := schema.NewSet(schema.Config{})
				all := schema.NewSchemas("#/", test.used...)
				var fields []reflect.StructField
				for i, typ := range test.types {
					fields = append(fields, reflect.StructField{Name: "F" + string(rune('A'+i)), Type: typ})
				}
				owner := reflect.StructOf(fields)
				for i := range test.types {
					f, err := set.Field(owner, []int{i})
					assert.NoError(t, err)
					all.Input(f)
					all.Output(f)
				}
				assert.Equal(t, keys(components(t, all)), strings.Join(sorted(strings.Fields(test.want)), " "))
			}
		})
	}
}
