package schema_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
)

// TestRulesOfOtherLibraries writes rules as newcomers know them.
func TestRulesOfOtherLibraries(t *testing.T) {
	list, table := reflect.TypeFor[[]string](), reflect.TypeFor[map[string]int]()
	for _, test := range []struct {
		typ         reflect.Type
		rules, want string
	}{
		{stringOf, `required`, `rule "required" does not apply to string: a field must be given, and not be null, unless it is an Opt, a pointer or has a default`},
		{stringOf, `omitempty`, `rule "omitempty" does not apply to string: a field that may be absent is an Opt or a pointer`},
		{stringOf, `min=1`, `rule "min=1" does not apply to string: write minLength`},
		{intOf, `min=1`, `rule "min=1" does not apply to int: write ge`},
		{list, `max=1`, `rule "max=1" does not apply to []string: write maxItems`},
		{table, `max=1`, `rule "max=1" does not apply to map[string]int: write maxProperties`},
		{list, `len=1`, `rule "len=1" does not apply to []string: write minItems=n,maxItems=n`},
		{intOf, `gte=1`, `rule "gte=1" does not apply to int: write ge`},
		{stringOf, `email`, `rule "email" does not apply to string: write format=email`},
		{stringOf, `oneof=a b`, `rule "oneof=a b" does not apply to string: write enum=a|b`},
		{stringOf, `regexp='^a$'`, `rule "regexp=^a$" does not apply to string: write pattern='…'`},
		{list, `dive`, `rule "dive" does not apply to []string: write each(…)`},
		{table, `dive`, `rule "dive" does not apply to map[string]int: write values(…)`},
		{reflect.TypeFor[bool](), `min=1`, `rule "min=1" does not apply to bool: its rules are `},
		{stringOf, `enum=a,b`, `values are separated by bars: enum=a|b`},
		{stringOf, `enum='a','b'`, `values are separated by bars: enum=a|b`},
	} {
		_, err := tryLone(test.typ, `check:"`+test.rules+`"`)
		assert.Contains(t, fmt.Sprint(err), test.want)
	}
	_, err := tryLone(stringOf, `check:"enum=a|b,maxLength=3"`)
	assert.NoError(t, err)
}
