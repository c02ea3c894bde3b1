package schema_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

type order struct {
	CustomerID  string `json:"customer_id" check:"minLength=1,maxLength=64"`
	AmountCents int64  `json:"amount_cents" check:"gt=0,le=10000000"`
	Currency    string `json:"currency" check:"pattern='^[A-Z]{3}$'"`
}

const goodOrder = `{"customer_id":"cus_1","amount_cents":100,"currency":"EUR"}`

func TestDecodeStruct(t *testing.T) {
	good := order{"cus_1", 100, "EUR"}
	const dictionary = "Input should be a valid dictionary or object to extract fields from"
	decodeAll(t, schema.Config{}, []row[order]{
		{name: "in order", in: goodOrder, want: good},
		{name: "in another order", in: `{"currency":"EUR","customer_id":"cus_1","amount_cents":100}`, want: good},
		{name: "with space", in: " { \"customer_id\" : \"cus_1\" ,\n\t\"amount_cents\" : 100 , \"currency\" : \"EUR\" } \n", want: good},
		{name: "escaped names", in: `{"customer\u005fid":"cus_1","amount_c\u0065nts":100,"currency":"EUR"}`, want: good},
		{name: "escaped value", in: `{"customer_id":"cus\u005f1","amount_cents":100,"currency":"\u0045UR"}`, want: good},
		{name: "unknown members", in: `{"a":1,"customer_id":"cus_1","b":{"c":[null]},"amount_cents":100,"d":"","currency":"EUR","e":true}`, want: good},
		{name: "all missing", in: `{}`, issues: lines(missing(`["customer_id"]`), missing(`["amount_cents"]`), missing(`["currency"]`))},
		{name: "one missing", in: `{"customer_id":"cus_1","currency":"EUR"}`, issues: missing(`["amount_cents"]`)},
		{name: "all bad", in: `{"customer_id":"","amount_cents":0,"currency":"eur"}`, issues: lines(
			issue("string_too_short", `["customer_id"]`, "String should have at least 1 character", `""`, `{"min_length":1}`),
			issue("greater_than", `["amount_cents"]`, "Input should be greater than 0", `0`, `{"gt":0}`),
			issue("string_pattern_mismatch", `["currency"]`, "String should match pattern '^[A-Z]{3}$'", `"eur"`, `{"pattern":"^[A-Z]{3}$"}`),
		)},
		{name: "issues in the order of the fields", in: `{"currency":"eur","customer_id":""}`, issues: lines(
			issue("string_too_short", `["customer_id"]`, "String should have at least 1 character", `""`, `{"min_length":1}`),
			missing(`["amount_cents"]`),
			issue("string_pattern_mismatch", `["currency"]`, "String should match pattern '^[A-Z]{3}$'", `"eur"`, `{"pattern":"^[A-Z]{3}$"}`),
		)},
		{name: "null", in: `null`, issues: issue("model_attributes_type", `[]`, dictionary, `null`, "")},
		{name: "number", in: `1`, issues: issue("model_attributes_type", `[]`, dictionary, `1`, "")},
		{name: "string", in: `"a"`, issues: issue("model_attributes_type", `[]`, dictionary, `"a"`, "")},
		{name: "array", in: `[1]`, issues: issue("model_attributes_type", `[]`, dictionary, "", "")},
		{name: "null members", in: `{"customer_id":null,"amount_cents":null,"currency":null}`, issues: lines(
			issue("string_type", `["customer_id"]`, "Input should be a valid string", `null`, ""),
			issue("int_type", `["amount_cents"]`, "Input should be a valid integer", `null`, ""),
			issue("string_type", `["currency"]`, "Input should be a valid string", `null`, ""),
		)},
	})
}

func TestMalformed(t *testing.T) {
	tests := []struct {
		name, in string
		offset   int
		reason   string
	}{
		{"nothing", ``, 0, "Expecting value"},
		{"only space", ` `, 1, "Expecting value"},
		{"cut", `{"customer_id":"cus_1"`, 22, "Expecting ',' delimiter"},
		{"after issues", `{"customer_id":"","amount_cents":0,"currency":x}`, 46, "Expecting value"},
		{"in an unknown member", `{"x":[1,]}`, 7, "Illegal trailing comma before end of array"},
		{"in a value of the wrong type", `{"customer_id":{"x":}}`, 20, "Expecting value"},
		{"in a repeated member", `{"customer_id":"a","customer_id":nul}`, 33, "Expecting value"},
		{"trailing data", goodOrder + `x`, len(goodOrder), "Extra data"},
		{"trailing data after issues", `{}{}`, 2, "Extra data"},
		{"not UTF-8", "{\"customer_id\":\"\xff\"}", 16, "Invalid UTF-8"},
		{"lone surrogate", `{"customer_id":"\ud800"}`, 16, `Unpaired surrogate in \uXXXX escape`},
		{"too deep", strings.Repeat(`{"x":`, 101) + `1` + strings.Repeat(`}`, 101), 500, "Nesting too deep"},
	}
	plan := compile[order](t, schema.Config{})
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := plan.Decode([]byte(test.in))
			want := issue("json_invalid", fmt.Sprintf("[%d]", test.offset), "JSON decode error", "", `{"error":`+quote(test.reason)+`}`)
			assert.Equal(t, issuesOf(err), "malformed "+want)
		})
	}
}

func TestUnknownMembers(t *testing.T) {
	type model struct {
		ID string `json:"id"`
	}
	type closed struct {
		_  struct{} `check:"additionalProperties=false"`
		ID string   `json:"id"`
	}
	extra := func(loc, input string) string {
		return issue("extra_forbidden", loc, "Extra inputs are not permitted", input, "")
	}
	repeated := func(loc string) string {
		return issue("duplicate_member", loc, "Member should be given once", "", "")
	}
	wrongCase := func(loc, input string) string {
		return issue("member_case", loc, "Member should be written 'id'", input, `{"expected":"id"}`)
	}
	anyway := []row[model]{
		{name: "none", in: `{"id":"a"}`, want: model{"a"}},
		{name: "upper case", in: `{"id":"a","ID":"b"}`, issues: wrongCase(`["ID"]`, `"b"`)},
		{name: "escaped upper case", in: `{"id":"a","I\u0044":1}`, issues: wrongCase(`["ID"]`, `1`)},
		{name: "wrong case alone", in: `{"Id":"b"}`, issues: lines(missing(`["id"]`), wrongCase(`["Id"]`, `"b"`))},
		{name: "wrong case, not a scalar", in: `{"id":"a","Id":[1]}`, issues: wrongCase(`["Id"]`, "")},
		{name: "wrong case twice", in: `{"id":"a","ID":1,"ID":1}`, issues: lines(wrongCase(`["ID"]`, `1`), repeated(`["ID"]`))},
	}
	ignored := append(slices.Clone(anyway), []row[model]{
		{name: "unknown", in: `{"id":"a","x":1}`, want: model{"a"}},
		{name: "many", in: `{"id":"a"` + names(100) + `}`, want: model{"a"}},
		{name: "many, one repeated", in: `{"id":"a"` + names(100) + `,"x50":1}`, issues: repeated(`["x50"]`)},
		{name: "repeated", in: `{"id":"a","x":1,"x":1}`, issues: repeated(`["x"]`)},
		{name: "repeated in another spelling", in: `{"id":"a","x":1,"\u0078":1}`, issues: repeated(`["x"]`)},
		{name: "repeated inside", in: `{"id":"a","x":{"y":[{"z":1,"z":2}]}}`, issues: repeated(`["x"]`)},
		{name: "repeated inside, escaped name", in: `{"id":"a","\u0078":[{"z":1,"z":2}]}`, issues: repeated(`["x"]`)},
		{name: "repeated inside a repeated one", in: `{"id":"a","x":1,"x":{"z":1,"z":2}}`, issues: repeated(`["x"]`)},
		{name: "a dotless i is another letter", in: `{"id":"a","ıd":1,"İD":1}`, want: model{"a"}},
	}...)
	forbidden := append(slices.Clone(anyway), []row[model]{
		{name: "unknown", in: `{"x":1,"id":"a","y":{}}`, issues: lines(extra(`["x"]`, `1`), extra(`["y"]`, ""))},
		{name: "in the order of the text, behind the fields", in: `{"y":1,"x":2}`, issues: lines(missing(`["id"]`), extra(`["y"]`, `1`), extra(`["x"]`, `2`))},
		{name: "repeated", in: `{"id":"a","x":1,"x":1}`, issues: lines(extra(`["x"]`, `1`), repeated(`["x"]`))},
		{name: "repeated inside", in: `{"id":"a","x":{"z":1,"z":2}}`, issues: extra(`["x"]`, "")},
	}...)
	var byStruct []row[closed]
	for _, r := range forbidden {
		byStruct = append(byStruct, row[closed]{r.name, r.in, closed{ID: r.want.ID}, r.issues})
	}
	t.Run("ignored", func(t *testing.T) { decodeAll(t, schema.Config{}, ignored) })
	t.Run("schema of what the set forbids", func(t *testing.T) {
		all := schema.NewSchemas("#/")
		compile[order](t, schema.Config{ForbidUnknown: true}).InputSchema(all)
		assert.Contains(t, components(t, all)["Order"], `"additionalProperties":false`)
	})
	t.Run("forbidden by the set", func(t *testing.T) { decodeAll(t, schema.Config{ForbidUnknown: true}, forbidden) })
	t.Run("forbidden by the struct", func(t *testing.T) { decodeAll(t, schema.Config{}, byStruct) })
}

// names are the members x0, x1, and so on.
func names(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"x%d":%d`, i, i)
	}
	return b.String()
}

func TestDuplicates(t *testing.T) {
	type model struct {
		A string           `json:"a"`
		B *struct{ C int } `json:"b"`
	}
	repeated := func(loc string) string {
		return issue("duplicate_member", loc, "Member should be given once", "", "")
	}
	decodeAll(t, schema.Config{}, []row[model]{
		{name: "declared", in: `{"a":"x","a":"y"}`, issues: repeated(`["a"]`)},
		{name: "equal", in: `{"a":"x","a":"x"}`, issues: repeated(`["a"]`)},
		{name: "escaped spelling", in: `{"a":"x","\u0061":"y"}`, issues: repeated(`["a"]`)},
		{name: "three times", in: `{"a":"x","a":"y","a":"z"}`, issues: lines(repeated(`["a"]`), repeated(`["a"]`))},
		{name: "null first", in: `{"a":"x","b":null,"b":null}`, issues: repeated(`["b"]`)},
		{name: "nested", in: `{"a":"x","b":{"C":1,"C":2}}`, issues: repeated(`["b","C"]`)},
		{name: "second not looked at", in: `{"a":"x","a":1}`, issues: repeated(`["a"]`)},
		{name: "first bad", in: `{"a":1,"a":"x"}`, issues: lines(issue("string_type", `["a"]`, "Input should be a valid string", `1`, ""), repeated(`["a"]`))},
	})
}

// TestManyFields has more fields than fit into one word.
func TestManyFields(t *testing.T) {
	for _, n := range []int{1, 63, 64, 65, 128, 129, 200} {
		var fields []reflect.StructField
		for i := range n {
			fields = append(fields, reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: reflect.TypeFor[int]()})
		}
		l := loneOf(t, reflect.StructOf(fields), "")
		body := func(skip int, more string) string {
			var members []string
			for i := n - 1; i >= 0; i-- {
				if i != skip {
					members = append(members, fmt.Sprintf(`"F%d":%d`, i, i))
				}
			}
			return "{" + strings.Join(members, ",") + more + "}"
		}
		v, issues := l.json(body(-1, ""))
		assert.Equal(t, issues, "", n, "fields")
		assert.Equal(t, reflect.ValueOf(v).Field(n-1).Int(), int64(n-1), n, "fields")
		for i := range n {
			_, issues = l.json(body(i, ""))
			assert.Equal(t, issues, missing(fmt.Sprintf(`["v","F%d"]`, i)), n, "fields")
			_, issues = l.json(body(-1, fmt.Sprintf(`,"F%d":1`, i)))
			assert.Equal(t, issues, issue("duplicate_member", fmt.Sprintf(`["v","F%d"]`, i), "Member should be given once", "", ""), n, "fields")
		}
	}
}

func TestEmptyStruct(t *testing.T) {
	decodeAll(t, schema.Config{}, []row[struct{}]{
		{name: "empty", in: `{}`},
		{name: "unknown", in: `{"a":1}`},
		{name: "wrong type", in: `[]`, issues: issue("model_attributes_type", `[]`, "Input should be a valid dictionary or object to extract fields from", "", "")},
	})
}

type base struct {
	ID   string `json:"id"`
	Note string `json:"note" default:"none"`
}

type middle struct {
	Before int `json:"before"`
	base
	After int `json:"after"`
}

type shadowing struct {
	middle
	ID int `json:"id"`
}

func TestEmbedding(t *testing.T) {
	t.Run("fields in their place", func(t *testing.T) {
		decodeAll(t, schema.Config{}, []row[middle]{
			{name: "all", in: `{"id":"a","note":"b","before":1,"after":2}`, want: middle{1, base{"a", "b"}, 2}},
			{name: "default inside", in: `{"id":"a","before":1,"after":2}`, want: middle{1, base{"a", "none"}, 2}},
			{name: "missing", in: `{}`, issues: lines(missing(`["before"]`), missing(`["id"]`), missing(`["after"]`))},
		})
	})
	t.Run("the outer of two counts", func(t *testing.T) {
		decodeAll(t, schema.Config{}, []row[shadowing]{
			{name: "all", in: `{"id":7,"before":1,"after":2}`, want: shadowing{middle{1, base{"", "none"}, 2}, 7}},
			{name: "missing", in: `{}`, issues: lines(missing(`["before"]`), missing(`["after"]`), missing(`["id"]`))},
		})
	})
	t.Run("with a name it is a field", func(t *testing.T) {
		type Base struct{ ID string }
		type pointer struct {
			*Base `json:"pointer"`
		}
		type named struct {
			base `json:"base"`
			Base `json:"Base"`
			pointer
		}
		decodeAll(t, schema.Config{}, []row[named]{
			{name: "all", in: `{"base":{"id":"a"},"Base":{"ID":"b"},"pointer":{"ID":"c"}}`, want: named{base{"a", "none"}, Base{"b"}, pointer{&Base{"c"}}}},
			{name: "missing", in: `{}`, issues: lines(missing(`["base"]`), missing(`["Base"]`))},
		})
	})
	t.Run("hidden", func(t *testing.T) {
		type hides struct {
			base    `json:"-"`
			*middle `json:"-"`
			A       int
			b       int
			C       int `json:"-"`
		}
		decodeAll(t, schema.Config{ForbidUnknown: true}, []row[hides]{
			{name: "visible only", in: `{"A":1}`, want: hides{A: 1}},
			{name: "by its Go name", in: `{"A":1,"b":2}`, issues: issue("extra_forbidden", `["b"]`, "Extra inputs are not permitted", `2`, "")},
		})
		out, err := compile[hides](t, schema.Config{}).Append(nil, &hides{A: 1, b: 2, C: 3})
		assert.NoError(t, err)
		assert.Equal(t, string(out), `{"A":1}`)
		_, issues := loneOf(t, structOf(reflect.StructField{Name: "A", Type: intOf, Tag: `json:"-,"`}), "").json(`{}`)
		assert.Equal(t, issues, missing(`["v","-"]`), "as in encoding/json")
	})
	t.Run("a deep clash that an outer field settles", func(t *testing.T) {
		type one struct{ X int }
		type two struct{ X int }
		type settled struct {
			one
			two
			X string
		}
		decodeAll(t, schema.Config{}, []row[settled]{{name: "outer", in: `{"X":"a"}`, want: settled{X: "a"}}})
	})
	t.Run("closed by the embedded struct", func(t *testing.T) {
		type closed struct {
			_ struct{} `check:"additionalProperties=false"`
		}
		type outer struct {
			closed
			A int
		}
		decodeAll(t, schema.Config{}, []row[outer]{
			{name: "known", in: `{"A":1}`, want: outer{closed{}, 1}},
			{name: "unknown", in: `{"A":1,"b":2}`, issues: issue("extra_forbidden", `["b"]`, "Extra inputs are not permitted", `2`, "")},
		})
	})
	t.Run("fields without size", func(t *testing.T) {
		type inner struct{ A struct{} }
		type outer struct {
			inner
			A struct{} // at the place of the other one
			B struct{} `check:""`
		}
		decodeAll(t, schema.Config{}, []row[outer]{
			{name: "all", in: `{"A":{},"B":{}}`},
			{name: "missing", in: `{}`, issues: lines(missing(`["A"]`), missing(`["B"]`))},
		})
	})
}

type tree struct {
	Name string          `json:"name" check:"minLength=1"`
	Kids []tree          `json:"kids"`
	Next *tree           `json:"next"`
	Map  map[string]tree `json:"map,omitempty" default:"{}"`
}

func TestRecursion(t *testing.T) {
	plan := compile[tree](t, schema.Config{})
	got, err := plan.Decode([]byte(`{"name":"a","kids":[{"name":"b","kids":[],"next":{"name":"c","kids":[]}}],"next":null,"map":{"x":{"name":"d","kids":[]}}}`))
	assert.NoError(t, err)
	none := []tree{}
	empty := map[string]tree{}
	want := tree{"a", []tree{{"b", none, &tree{"c", none, nil, empty}, empty}}, nil, map[string]tree{"x": {"d", none, nil, empty}}}
	assert.Equal(t, got, want)
	_, err = plan.Decode([]byte(`{"name":"a","kids":[{"name":"b","kids":[]},{"name":"","kids":[{}]}],"next":{"name":"c","kids":[],"map":{"x":{}}}}`))
	assert.Equal(t, issuesOf(err), lines(
		issue("string_too_short", `["kids",1,"name"]`, "String should have at least 1 character", `""`, `{"min_length":1}`),
		missing(`["kids",1,"kids",0,"name"]`),
		missing(`["kids",1,"kids",0,"kids"]`),
		missing(`["next","map","x","name"]`),
		missing(`["next","map","x","kids"]`),
	))
}

func TestIssueLimit(t *testing.T) {
	plan := compile[[]int](t, schema.Config{MaxIssues: 3})
	bad := func(i int) string {
		return issue("int_type", fmt.Sprintf("[%d]", i), "Input should be a valid integer", `"x"`, "")
	}
	const more = "Too many errors, the rest is not listed"
	for _, test := range []struct{ name, in, want string }{
		{"at the limit", `["x","x",1,"x"]`, lines(bad(0), bad(1), bad(3))},
		{"past the limit", `["x","x","x",1,"x","x","x"]`, lines(bad(0), bad(1), bad(2), issue("too_many_errors", "[4]", more, "", ""))},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := plan.Decode([]byte(test.in))
			assert.Equal(t, issuesOf(err), test.want)
		})
	}
	t.Run("each way to stop", func(t *testing.T) {
		type part struct {
			A int
			B map[string]int
			C map[int]int `check:"maxProperties=3"`
			D any
			E []int `check:"maxItems=2"`
			F int   `check:"gt=0"`
		}
		stops := compile[part](t, schema.Config{MaxIssues: 1})
		for _, in := range []string{
			`{"a":1,"x":1,"x":1}`,
			`{"A":"x","B":{"k":"x"}}`,
			`{"A":"x","C":{"k":1}}`,
			`{"A":"x","C":{"1":1,"2":1,"3":1,"4":1}}`,
			`{"A":"x","D":{"k":1,"k":1}}`,
			`{"A":"x","D":[1e400]}`,
			`{"A":"x","E":[1,2,3]}`,
			`{"A":"x","A":1}`,
			`{"A":"x","F":0}`,
			`{}`,
		} {
			_, err := stops.Decode([]byte(in))
			if got := strings.Count(issuesOf(err), "\n"); got != 1 || !strings.Contains(issuesOf(err), more) {
				t.Errorf("%s: %s", in, issuesOf(err))
			}
		}
	})
	t.Run("100 by default", func(t *testing.T) {
		_, err := compile[[]int](t, schema.Config{}).Decode([]byte("[" + strings.Repeat("null,", 1000) + "1]"))
		assert.Equal(t, strings.Count(issuesOf(err), "\n"), 100)
	})
}

func TestDepthLimit(t *testing.T) {
	body := func(n int) string {
		return strings.Repeat(`{"name":"a","kids":[],"next":`, n) + "null" + strings.Repeat("}", n)
	}
	for _, test := range []struct {
		limit, depth int
		want         string
	}{
		{0, 99, ""}, // kids is one deeper
		{0, 100, "malformed"},
		{5, 4, ""},
		{5, 5, "malformed"},
	} {
		_, err := compile[tree](t, schema.Config{MaxDepth: test.limit}).Decode([]byte(body(test.depth)))
		got, _, _ := strings.Cut(issuesOf(err), " ")
		assert.Equal(t, got, test.want, test.depth, "of", test.limit)
	}
}

func TestLocations(t *testing.T) {
	type item struct {
		Price float64 `json:"price" check:"ge=0"`
	}
	type model struct {
		Lists [][]item                   `json:"lists"`
		Maps  map[string]map[string]item `json:"maps"`
		Any   any                        `json:"any"`
		Opt   schema.Opt[[]*item]        `json:"opt"`
	}
	in := `{"lists":[[],[{"price":1},{"price":-1}],[{}]],"maps":{"a b":{"":{"price":"x"}}},"any":{"x":[[1e999]]},"opt":[null,{"price":true}]}`
	_, err := compile[model](t, schema.Config{}).Decode([]byte(in))
	assert.Equal(t, issuesOf(err), lines(
		issue("greater_than_equal", `["lists",1,1,"price"]`, "Input should be greater than or equal to 0", `-1`, `{"ge":0}`),
		missing(`["lists",2,0,"price"]`),
		issue("float_type", `["maps","a b","","price"]`, "Input should be a valid number", `"x"`, ""),
		issue("finite_number", `["any","x",0,0]`, "Input should be a finite number", ``, ""),
		issue("float_type", `["opt",1,"price"]`, "Input should be a valid number", `true`, ""),
	))
}

func TestInputEcho(t *testing.T) {
	plan := compile[int](t, schema.Config{})
	long := strings.Repeat("x", 254)
	for _, test := range []struct{ name, in, echo string }{
		{"null", `null`, `null`},
		{"bool", `true`, `true`},
		{"number", ` 1.5 `, `1.5`},
		{"string", ` "a\u0062" `, `"a\u0062"`},
		{"at the limit", `"` + long + `"`, `"` + long + `"`},
		{"past the limit", `"` + long + `x"`, ""},
		{"object", `{"password":"secret"}`, ""},
		{"array", `["secret"]`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := plan.Decode([]byte(test.in))
			got := issuesOf(err)
			_, echo, _ := strings.Cut(strings.TrimSuffix(got, "}"), `,"input":`)
			assert.Equal(t, echo, test.echo)
		})
	}
	t.Run("text", func(t *testing.T) {
		l := loneOf(t, reflect.TypeFor[int](), "")
		_, issues := l.text(long)
		assert.Contains(t, issues, `"input":"`+long+`"`)
		for _, text := range []string{long + "x", long + "xxx", "\xff"} {
			_, issues = l.text(text)
			assert.Equal(t, issues, issue("int_parsing", `["v"]`, "Input should be a valid integer, unable to parse string as an integer", "", ""))
		}
	})
}
