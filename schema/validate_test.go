package schema_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

type (
	period struct {
		From int `json:"from" check:"ge=0"`
		To   int `json:"to" check:"ge=0"`
	}
	booking struct {
		Name   string             `json:"name"`
		Period period             `json:"period"`
		Stays  []period           `json:"stays" default:"[]"`
		Opt    schema.Opt[period] `json:"opt"`
		Next   *booking           `json:"next"`
		Pair   [2]int             `json:"pair" default:"[0,0]"`
	}
)

func (p *period) Validate(is *schema.Issues) {
	if p.To < p.From {
		is.Add(&p.To, "before_from", "To should not be before from")
	}
	if p.From == 13 {
		is.Add(p, "unlucky", "Not this one")
	}
}

func (b *booking) Validate(is *schema.Issues) {
	switch b.Name {
	case "itself":
		is.Add(b, "t", "m")
	case "name":
		is.Add(&b.Name, "t", "m")
	case "part":
		is.Add(&b.Period.From, "t", "m")
	case "whole part":
		is.Add(&b.Period, "t", "m")
	case "item":
		is.Add(&b.Stays[1], "t", "m")
	case "in an item":
		is.Add(&b.Stays[1].To, "t", "m")
	case "in an array":
		is.Add(&b.Pair[1], "t", "m")
	case "in a pointer":
		is.Add(&b.Next.Period.To, "t", "m")
	case "what a pointer points to":
		is.Add(b.Next, "t", "m")
	case "the pointer":
		is.Add(&b.Next, "t", "m")
	case "two":
		is.Add(&b.Next, "t", "m")
		is.Add(&b.Name, "t", "m")
	case "foreign":
		is.Add(new(string), "t", "m")
	case "value":
		is.Add(b.Name, "t", "m")
	case "nothing":
		is.Add(nil, "t", "m")
	case "wrong type":
		is.Add((*[5]int)(nil), "t", "m")
	}
}

func TestValidators(t *testing.T) {
	body := func(name string) string {
		return `{"name":"` + name + `","period":{"from":1,"to":2},"stays":[{"from":1,"to":2},{"from":1,"to":2}],"next":{"name":"x","period":{"from":1,"to":2}}}`
	}
	bad := func(loc string) string { return issue("t", loc, "m", "", "") }
	before := func(loc string) string { return issue("before_from", loc, "To should not be before from", "", "") }
	plan := compile[booking](t, schema.Config{})
	for _, test := range []struct{ name, in, want string }{
		{"good", body("good"), ""},
		{"the struct itself", body("itself"), bad(`[]`)},
		{"a field", body("name"), bad(`["name"]`)},
		{"a part", body("part"), bad(`["period","from"]`)},
		{"a struct in it", body("whole part"), bad(`["period"]`)},
		{"an item", body("item"), bad(`["stays",1]`)},
		{"in an item", body("in an item"), bad(`["stays",1,"to"]`)},
		{"in an array", body("in an array"), bad(`["pair",1]`)},
		{"in a pointer", body("in a pointer"), bad(`["next","period","to"]`)},
		{"what a pointer points to", body("what a pointer points to"), bad(`["next"]`)},
		{"the pointer", body("the pointer"), bad(`["next"]`)},
		{"several, as added", body("two"), lines(bad(`["next"]`), bad(`["name"]`))},
		{"inner ones first", `{"name":"name","period":{"from":2,"to":1}}`, before(`["period","to"]`)},
		{"not with a bad field", `{"name":1,"period":{"from":1,"to":2}}`, issue("string_type", `["name"]`, "Input should be a valid string", `1`, "")},
		{"not with a missing field", `{"name":"itself"}`, missing(`["period"]`)},
		{"not with a bad field inside", `{"name":"itself","period":{"from":-1,"to":-2}}`, lines(
			issue("greater_than_equal", `["period","from"]`, "Input should be greater than or equal to 0", `-1`, `{"ge":0}`),
			issue("greater_than_equal", `["period","to"]`, "Input should be greater than or equal to 0", `-2`, `{"ge":0}`))},
		{"of others though one is bad", `{"name":1,"period":{"from":2,"to":1},"stays":[{"from":2,"to":1},{"from":"","to":1},{"from":13,"to":1}],"opt":{"from":2,"to":1}}`, lines(
			issue("string_type", `["name"]`, "Input should be a valid string", `1`, ""), before(`["period","to"]`), before(`["stays",0,"to"]`),
			issue("int_type", `["stays",1,"from"]`, "Input should be a valid integer", `""`, ""),
			before(`["stays",2,"to"]`), issue("unlucky", `["stays",2]`, "Not this one", "", ""), before(`["opt","to"]`))},
		{"in itself", `{"name":"a","period":{"from":1,"to":2},"next":` + body("name") + `}`, bad(`["next","name"]`)},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := plan.Decode([]byte(test.in))
			assert.Equal(t, issuesOf(err), test.want)
		})
	}
	for _, name := range []string{"foreign", "value", "nothing", "wrong type"} {
		t.Run(name+" panics", func(t *testing.T) {
			defer func() {
				assert.Contains(t, fmt.Sprint(recover()), "schema: Issues.Add of schema_test.booking was given a ")
			}()
			_, err := plan.Decode([]byte(body(name)))
			t.Errorf("no panic but %v", err)
		})
	}
	t.Run("issue limit", func(t *testing.T) {
		_, err := compile[[]booking](t, schema.Config{MaxIssues: 1}).Decode([]byte("[" + body("two") + "," + body("two") + "]"))
		assert.Equal(t, issuesOf(err), lines(bad(`[0,"next"]`), issue("too_many_errors", `[0]`, "Too many errors, the rest is not listed", "", "")))
	})
	t.Run("in a union", func(t *testing.T) {
		set := schema.NewSet(schema.Config{})
		assert.NoError(t, set.Add(schema.UnionOf[payment]("type", schema.As[checkedPayment]("checked"))))
		plan, err := schema.Compile[[]payment](set)
		assert.NoError(t, err)
		_, err = plan.Decode([]byte(`[{"type":"checked","A":1}]`))
		assert.Equal(t, issuesOf(err), bad(`[0,"checked","A"]`))
	})
	t.Run("of a default", func(t *testing.T) {
		type model struct {
			P period `default:"{\"from\":2,\"to\":1}"`
		}
		assert.Contains(t, compileError[model](t), `the default {"from":2,"to":1} does not fit the field: to: To should not be before from`)
	})
}

type checkedPayment struct{ A int }

func (checkedPayment) pay()                          {}
func (c *checkedPayment) Validate(is *schema.Issues) { is.Add(&c.A, "t", "m") }

// These embed each other; each notes that it ran.
type (
	innermost struct {
		Log string `json:"log"`
		A   int    `json:"a" default:"0"`
	}
	promotes struct{ innermost } // gets Validate
	owns     struct {
		innermost
		B int `json:"b" default:"0"`
	}
	ByPointer struct {
		C int `json:"c"`
		D int `json:"d" default:"7"`
	}
	several struct {
		owns
		*ByPointer
		E int `json:"e" default:"0"`
	}
	generic[T any]  struct{ V T }
	getsFromGeneric struct{ generic[int] }
	namedEmbed      struct {
		innermost `json:"in"`
	}
	hiddenEmbed struct {
		innermost `json:"-"`
		Log       string
	}
	getsFromInterface struct {
		schema.Validator `json:"-"`
		A                int
	}
)

func (v *innermost) Validate(is *schema.Issues) {
	v.Log += " innermost"
	switch v.A {
	case 1:
		is.Add(v, "t", "m")
	case 2:
		is.Add(&v.A, "t", "m")
	}
}

func (v *owns) Validate(*schema.Issues) { v.Log += " owns" }

func (v *ByPointer) Validate(is *schema.Issues) {
	if v.C > 0 {
		is.Add(v, "pointer", fmt.Sprint(v.D))
	}
}

func (v *several) Validate(is *schema.Issues) {
	v.Log += " several"
	switch v.E {
	case 1:
		is.Add(&v.innermost, "t", "m")
	case 2:
		is.Add(&v.ByPointer.C, "t", "m")
	case 3:
		is.Add(&v.A, "t", "m")
	case 4:
		is.Add((*ByPointer)(nil), "t", "m")
	}
}

func (v *generic[T]) Validate(is *schema.Issues) { is.Add(&v.V, "generic", "m") }

func TestEmbeddedValidators(t *testing.T) {
	logOf := func(t *testing.T, got string, err error, want string) {
		t.Helper()
		assert.NoError(t, err)
		assert.Equal(t, got, want)
	}
	const in = `{"log":"ran:"}`
	t.Run("once when promoted", func(t *testing.T) {
		got, err := compile[promotes](t, schema.Config{}).Decode([]byte(in))
		logOf(t, got.Log, err, "ran: innermost")
	})
	t.Run("before its own", func(t *testing.T) {
		got, err := compile[owns](t, schema.Config{}).Decode([]byte(in))
		logOf(t, got.Log, err, "ran: innermost owns")
	})
	t.Run("three levels", func(t *testing.T) {
		got, err := compile[several](t, schema.Config{}).Decode([]byte(in))
		logOf(t, got.Log, err, "ran: innermost owns several")
		assert.Equal(t, got.ByPointer == nil, true, "nil embedded pointers are not called")
	})
	t.Run("an embedded struct with a name is a field", func(t *testing.T) {
		got, err := compile[namedEmbed](t, schema.Config{}).Decode([]byte(`{"in":` + in + `}`))
		logOf(t, got.Log, err, "ran: innermost")
	})
	t.Run("hidden", func(t *testing.T) {
		got, err := compile[hiddenEmbed](t, schema.Config{}).Decode([]byte(`{"Log":"ran:"}`))
		logOf(t, got.innermost.Log+got.Log, err, "ran:")
	})
	t.Run("embedded interface", func(t *testing.T) {
		_, err := compile[getsFromInterface](t, schema.Config{}).Decode([]byte(`{"A":1}`))
		assert.NoError(t, err)
	})
	bad := func(typ, loc, msg string) string { return issue(typ, loc, msg, "", "") }
	plan := compile[[]several](t, schema.Config{})
	for _, test := range []struct{ name, in, want string }{
		{"an embedded struct is the struct", `{"log":"","a":1}`, bad("t", `[0]`, "m")},
		{"a field of an embedded struct", `{"log":"","a":2}`, bad("t", `[0,"a"]`, "m")},
		{"an embedded pointer", `{"log":"","c":1}`, bad("pointer", `[0]`, "7")},
		{"seen from outside", `{"log":"","e":1}`, bad("t", `[0]`, "m")},
		{"behind the pointer", `{"log":"","c":0,"e":2}`, bad("t", `[0,"c"]`, "m")},
		{"promoted field", `{"log":"","e":3}`, bad("t", `[0,"a"]`, "m")},
		{"all of them", `{"log":"","a":1,"c":1,"e":3}`, lines(bad("t", `[0]`, "m"), bad("pointer", `[0]`, "7"), bad("t", `[0,"a"]`, "m"))},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := plan.Decode([]byte("[" + test.in + "]"))
			assert.Equal(t, issuesOf(err), test.want)
		})
	}
	t.Run("a nil address is none of a nil pointer", func(t *testing.T) {
		defer func() { assert.Contains(t, fmt.Sprint(recover()), "was given a *schema_test.ByPointer") }()
		_, err := plan.Decode([]byte(`[{"log":"","e":4}]`))
		t.Errorf("no panic but %v", err)
	})
	t.Run("generic", func(t *testing.T) {
		_, err := compile[generic[string]](t, schema.Config{}).Decode([]byte(`{"V":"a"}`))
		assert.Equal(t, issuesOf(err), bad("generic", `["V"]`, "m"))
		_, err = compile[getsFromGeneric](t, schema.Config{}).Decode([]byte(`{"V":1}`))
		assert.Equal(t, issuesOf(err), bad("generic", `["V"]`, "m"))
	})
}

type (
	onCopy   struct{ A int }
	getsCopy struct{ onCopy }
	onList   []int
	onJSON   struct{ leafJSON }
)

func (onCopy) Validate(*schema.Issues)      {}
func (*onList) Validate(*schema.Issues)     {}
func (*onJSON) Validate(*schema.Issues)     {}
func (*onJSON) UnmarshalJSON([]byte) error  { return nil }
func (onJSON) MarshalJSON() ([]byte, error) { return nil, nil }

func TestValidatorsThatWouldNotRun(t *testing.T) {
	for _, test := range []struct {
		typ  reflect.Type
		want string
	}{
		{reflect.TypeFor[onCopy](), "schema_test.onCopy.Validate is called on a copy"},
		{reflect.TypeFor[getsCopy](), "schema_test.onCopy.Validate is called on a copy"},
		{reflect.TypeFor[onList](), "schema_test.onList.Validate would not run: it is for a struct that is read field by field"},
		{reflect.TypeFor[onJSON](), "schema_test.onJSON.Validate would not run"},
	} {
		_, err := tryLone(test.typ, "")
		assert.Contains(t, fmt.Sprint(err), test.want)
		assert.Equal(t, strings.Count(fmt.Sprint(err), "Validate"), 1)
	}
}

// Stay is a struct with a rule about two of its fields.
type Stay struct {
	Arrival   int `json:"arrival" check:"ge=1,le=31"`
	Departure int `json:"departure" check:"ge=1,le=31"`
}

// Validate implements [schema.Validator].
func (s *Stay) Validate(is *schema.Issues) {
	if s.Departure <= s.Arrival {
		is.Add(&s.Departure, "departure_too_early", "Departure should be after arrival")
	}
}

func ExampleValidator() {
	stays, err := schema.Compile[Stay](schema.NewSet(schema.Config{}))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, body := range []string{`{"arrival": 3, "departure": 5}`, `{"arrival": 3, "departure": 3}`, `{"arrival": 3, "departure": 0}`} {
		_, err := stays.Decode([]byte(body))
		fmt.Println(err)
	}
	// Output:
	// <nil>
	// departure: Departure should be after arrival
	// departure: Input should be greater than or equal to 1
}

// Trip has a rule about the parts of a list.
type Trip struct {
	Stays []Stay `json:"stays"`
}

// Validate implements [schema.Validator].
func (t *Trip) Validate(is *schema.Issues) {
	for i := range t.Stays {
		if i > 0 && t.Stays[i].Arrival < t.Stays[i-1].Departure {
			is.Add(&t.Stays[i].Arrival, "overlap", "Stays should follow each other")
		}
	}
	if len(t.Stays) == 0 {
		is.Add(t, "no_stays", "A trip needs a stay")
	}
}

// The address of a field, or of a part of one, tells where the issue is.
func ExampleIssues_Add() {
	trips, err := schema.Compile[Trip](schema.NewSet(schema.Config{}))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = trips.Decode([]byte(`{"stays": [{"arrival": 1, "departure": 4}, {"arrival": 3, "departure": 5}]}`))
	fmt.Println(err)
	// Output: stays.1.arrival: Stays should follow each other
}
