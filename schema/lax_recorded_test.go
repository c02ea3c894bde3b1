package schema_test

import (
	"encoding/json"
	"math/big"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

// An exchange is a recorded request for one value and what became of it.
type exchange struct {
	Request  struct{ Target, Body string }
	Response struct {
		Status int
		JSON   json.RawMessage
	}
	ReferenceDefect bool `json:"reference_defect"`
}

// A said is what an issue says of a value, at a location in the body or query.
type said struct {
	Type, Msg string
	Loc       []any
}

// value returns the value in an answer of 200, and the issues in one of 422.
func (e *exchange) value(t *testing.T) (value json.RawMessage, issues []said) {
	t.Helper()
	var answer struct {
		V      json.RawMessage
		Detail []said
	}
	assert.NoError(t, json.Unmarshal(e.Response.JSON, &answer))
	for i := range answer.Detail {
		d := &answer.Detail[i]
		d.Loc, d.Msg = d.Loc[1:], ourWords.Replace(d.Msg)
	}
	return answer.V, answer.Detail
}

// recorded reads the exchanges of an application recorded with FastAPI, which lie
// beside the repository or in the folder $TENON_CONFORMANCE.
func recorded(t *testing.T, app string) []exchange {
	t.Helper()
	root := os.Getenv("TENON_CONFORMANCE")
	if root == "" {
		root = filepath.Join("..", "..", "shared", "conformance")
	}
	name := filepath.Join(root, "fastapi", "apps", app+".json")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Skipf("no file %s: TENON_CONFORMANCE names the folder of recorded exchanges", name)
	}
	var file struct{ Exchanges []exchange }
	assert.NoError(t, json.Unmarshal(text, &file))
	return file.Exchanges
}

// recordedTypes are the routes of the recorded applications, each with one value
// v, and the field that stands for it here.
var recordedTypes = []struct {
	route string
	typ   reflect.Type
	check string
}{
	{"int", reflect.TypeFor[int64](), ""},
	{"int_strict", reflect.TypeFor[int64](), "strict"},
	{"int_gt0_le10", reflect.TypeFor[int64](), "gt=0,le=10"},
	{"int_ge1_lt5", reflect.TypeFor[int64](), "ge=1,lt=5"},
	{"int_multiple_of_3", reflect.TypeFor[int64](), "multipleOf=3"},
	{"positive_int", reflect.TypeFor[int64](), "gt=0"},
	{"float", reflect.TypeFor[float64](), ""},
	{"float_strict", reflect.TypeFor[float64](), "strict"},
	{"float_finite", reflect.TypeFor[float64](), ""},
	{"float_gt0_lt10_5", reflect.TypeFor[float64](), "gt=0,lt=10.5"},
	{"float_multiple_of_0_5", reflect.TypeFor[float64](), "multipleOf=0.5"},
	{"non_negative_float", reflect.TypeFor[float64](), "ge=0"},
	{"decimal", reflect.TypeFor[schema.Decimal](), ""},
	{"decimal_max_digits_5_places_2", reflect.TypeFor[schema.Decimal](), "maxDigits=5,decimalPlaces=2"},
	{"decimal_gt0", reflect.TypeFor[schema.Decimal](), "gt=0"},
	{"bool", reflect.TypeFor[bool](), ""},
	{"bool_strict", reflect.TypeFor[bool](), "strict"},
	{"str", reflect.TypeFor[string](), ""},
	{"str_strict", reflect.TypeFor[string](), ""},
	{"str_min3_max5", reflect.TypeFor[string](), "minLength=3,maxLength=5"},
	{"str_pattern_upper3", reflect.TypeFor[string](), "pattern='^[A-Z]{3}$'"},
	{"str_strip_lower_min2", reflect.TypeFor[string](), "trim,lower,minLength=2"},
	{"date", reflect.TypeFor[schema.Date](), ""},
	{"date_ge_2020", reflect.TypeFor[schema.Date](), "ge=2020-01-01"},
	{"past_date", reflect.TypeFor[schema.Date](), "lt=now"},
	{"future_date", reflect.TypeFor[schema.Date](), "gt=now"},
	{"datetime", reflect.TypeFor[time.Time](), ""},
	{"past_datetime", reflect.TypeFor[time.Time](), "lt=now"},
	{"future_datetime", reflect.TypeFor[time.Time](), "gt=now"},
	{"time", reflect.TypeFor[schema.TimeOfDay](), ""},
	{"timedelta", reflect.TypeFor[time.Duration](), ""},
	{"timedelta_le_1h", reflect.TypeFor[time.Duration](), "le=PT1H"},
	{"list_int", reflect.TypeFor[[]int64](), ""},
	{"list_int_min1_max3", reflect.TypeFor[[]int64](), "minItems=1,maxItems=3"},
	{"list_list_int", reflect.TypeFor[[][]int64](), ""},
	{"list_nullable_int", reflect.TypeFor[[]*int64](), ""},
	{"dict_str_int", reflect.TypeFor[map[string]int64](), ""},
	{"dict_int_float", reflect.TypeFor[map[int64]float64](), ""},
}

func laxLone(t *testing.T, typ reflect.Type, check string) lone {
	t.Helper()
	tag := reflect.StructTag("")
	if check != "" {
		tag = reflect.StructTag(`check:"` + check + `"`)
	}
	owner := reflect.StructOf([]reflect.StructField{{Name: "V", Type: typ, Tag: tag}})
	set := schema.NewSet(schema.Config{Lax: true})
	field, err := set.Field(owner, []int{0}, "v")
	assert.NoError(t, err)
	return lone{set, field, owner}
}

// intended says why a value is taken otherwise than recorded, or "".
func intended(route, value string) string {
	value = strings.Trim(value, `"`)
	number, isNumber := new(big.Float).SetString(value)
	big64 := isNumber && number.Cmp(big.NewFloat(1<<63)) >= 0
	switch {
	case strings.Contains(route, "int") && big64:
		return "an int64 ends at its range, in an int that Pydantic has no end for"
	case route == "int_strict" && strings.Contains(value, "."):
		return "1.0 is an integer and 1.5 is not, strict or not: ADR 4"
	case strings.Contains(route, "float") && (value == "nan" || value == "inf" || value == "-inf" || value == "1e400"):
		return "a float is finite: D6"
	case strings.HasPrefix(route, "timedelta") && isNumber && number.Cmp(big.NewFloat(-1<<63)) <= 0:
		return "a time.Duration ends at 292 years"
	case route == "time" && strings.HasSuffix(value, "+02:00"):
		return "a TimeOfDay has no zone, and would lose this one"
	}
	return ""
}

// ourWords are the messages about durations that differ, for a duration is another here.
var ourWords = strings.NewReplacer("durations may not exceed 999,999,999 days", "duration is too long", "1 hour", "PT1H")

// issuesIn reads a text of the helper issuesOf.
func issuesIn(t *testing.T, text string) (issues []said) {
	t.Helper()
	for line := range strings.Lines(text) {
		var issue said
		assert.NoError(t, json.Unmarshal([]byte(line), &issue))
		issues = append(issues, issue)
	}
	return issues
}

// TestLaxPlansTakeWhatPydanticTakes has all recorded values of the types above, from JSON bodies and
// from queries: they are accepted with the same value, or refused with the same issue, word for word.
func TestLaxPlansTakeWhatPydanticTakes(t *testing.T) {
	bodies, queries := slices.Concat(recorded(t, "own_types_scalars"), recorded(t, "own_types_containers")), recorded(t, "own_types_params")
	counts := map[string]int{}
	for _, typ := range recordedTypes {
		l := laxLone(t, typ.typ, typ.check)
		compare := func(source, in string, e *exchange, read func(string) (any, string)) {
			if why := intended(typ.route, in); why != "" {
				counts["intended"]++
				return
			}
			counts[source]++
			recorded, want := e.value(t)
			got, text := read(in)
			assert.Equal(t, issuesIn(t, text), want, source, typ.route, in)
			if want == nil {
				same, text := l.json(string(recorded))
				assert.Equal(t, text, "", source, typ.route, in)
				assert.Equal(t, asRecorded(got, recorded), asRecorded(same, recorded), source, typ.route, in)
			}
		}
		for i := range bodies {
			e := &bodies[i]
			var body struct{ V json.RawMessage }
			if e.Request.Target == "/"+typ.route && !e.ReferenceDefect && json.Unmarshal([]byte(e.Request.Body), &body) == nil && body.V != nil {
				compare("body", string(body.V), e, l.json)
			}
		}
		for i := range queries {
			e := &queries[i]
			u, err := url.ParseRequestURI(e.Request.Target)
			assert.NoError(t, err)
			v := u.Query()["v"]
			strict := strings.HasSuffix(typ.route, "_strict") // which is about JSON: a query has only text
			if u.Path == "/query/"+typ.route && !e.ReferenceDefect && len(v) == 1 && !strict {
				compare("query", v[0], e, func(s string) (any, string) { return l.text(s) })
			}
		}
	}
	assert.Equal(t, counts, map[string]int{"body": 1337, "query": 315, "intended": 54})
}

// asRecorded returns v as exactly as a recorded value is: times have microseconds, and
// decimals in JSON numbers were floats.
func asRecorded(v any, recorded json.RawMessage) any {
	switch v := v.(type) {
	case time.Time:
		return v.UTC().Truncate(time.Microsecond)
	case schema.Decimal:
		if recorded[0] != '"' {
			f, _ := v.Rat().Float64()
			return f
		}
	}
	return v
}
