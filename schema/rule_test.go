package schema

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
)

func TestParseRules(t *testing.T) {
	tests := []struct {
		name, in string
		want     []rule
	}{
		{"none", ``, nil},
		{"bare name", `a`, []rule{{name: "a"}}},
		{"value", `a=1`, []rule{{name: "a", values: []string{"1"}}}},
		{"values", `a=1|b c|''|'|,()?'`, []rule{{name: "a", values: []string{"1", "b c", "", "|,()?"}}}},
		{"quote in quotes", `a='it''s'`, []rule{{name: "a", values: []string{"it's"}}}},
		{"only a quote", `a=''''`, []rule{{name: "a", values: []string{"'"}}}},
		{"several", `a=1,bC=-2.5e7,d`, []rule{{name: "a", values: []string{"1"}}, {name: "bC", values: []string{"-2.5e7"}}, {name: "d"}}},
		{"parentheses", `each(a=1,b=2),c`, []rule{{name: "each", inner: "a=1,b=2", nested: true}, {name: "c"}}},
		{"no rules in parentheses", `each()`, []rule{{name: "each", nested: true}}},
		{"parentheses in parentheses", `each(each(a=1))`, []rule{{name: "each", inner: "each(a=1)", nested: true}}},
		{"parenthesis in quotes", `each(a=')'),b=')('`, []rule{{name: "each", inner: "a=')'", nested: true}, {name: "b", values: []string{")("}}}},
		{"quote in quotes in parentheses", `each(a='x'')')`, []rule{{name: "each", inner: "a='x'')'", nested: true}}},
		{"beyond ASCII", `a=é|'😀'`, []rule{{name: "a", values: []string{"é", "😀"}}}},
		{"equals sign in a value", `a=b=c`, []rule{{name: "a", values: []string{"b=c"}}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rs, err := parseRules(test.in)
			assert.NoError(t, err)
			assert.Equal(t, rs.list, test.want)
		})
	}
}

func TestParseRulesErrors(t *testing.T) {
	at := func(offset int, in, what string) string {
		return fmt.Sprintf("rule at character %d of %q: %s", offset, in, what)
	}
	const name, value = "want the name of a rule", "want a value: an empty one is written ''"
	tests := []struct{ name, in, want string }{
		{"space", ` `, at(0, ` `, name)},
		{"space behind a comma", `a=1, b=2`, at(4, `a=1, b=2`, name)},
		{"comma at the end", `a=1,`, at(4, `a=1,`, name)},
		{"two commas", `a,,b`, at(2, `a,,b`, name)},
		{"no name", `=1`, at(0, `=1`, name)},
		{"digit in a name", `a1=1`, at(1, `a1=1`, "want a comma")},
		{"no value", `a=`, at(2, `a=`, value)},
		{"no value before a comma", `a=,b`, at(2, `a=,b`, value)},
		{"no second value", `a=1|`, at(4, `a=1|`, value)},
		{"open quote", `a='b`, at(4, `a='b`, "quote is not closed")},
		{"quote in a bare value", `a=it's`, at(4, `a=it's`, "want a comma")},
		{"text behind a quote", `a='b'c`, at(5, `a='b'c`, "want a comma")},
		{"open parenthesis", `a(b=1`, at(5, `a(b=1`, "parenthesis is not closed")},
		{"parenthesis closed in quotes", `a(b=')`, at(6, `a(b=')`, "parenthesis is not closed")},
		{"closed twice", `a(b))`, at(4, `a(b))`, "want a comma")},
		{"value behind parentheses", `a(b)=1`, at(4, `a(b)=1`, "want a comma")},
		{"pattern without quotes", `a=1,pattern=^x$`, at(11, `a=1,pattern=^x$`, "a pattern stands in single quotes: pattern='^[a-z]+$'")},
		{"twice", `a=1,b,a=2`, `rule "a" is given twice in "a=1,b,a=2"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := parseRules(test.in)
			assert.Equal(t, fmt.Sprint(err), test.want)
		})
	}
}

// FuzzRules checks that rules that were understood mean the same when they are
// written again.
func FuzzRules(f *testing.F) {
	for _, seed := range []string{``, `a`, `a=1,b='x'|''`, `each(a=')',keys(b))`, `pattern='^[''"]$'`, `a=1?`, `a(`, `a='`, `,`, `=|`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		rs, err := parseRules(s)
		if err != nil {
			return
		}
		var parts []string
		for _, r := range rs.list {
			text := r.name
			for i, v := range r.values {
				text += []string{"=", "|"}[min(i, 1)] + "'" + strings.ReplaceAll(v, "'", "''") + "'"
			}
			if r.nested {
				text += "(" + r.inner + ")"
			}
			if r.report {
				text += "?"
			}
			parts = append(parts, text)
		}
		again, err := parseRules(strings.Join(parts, ","))
		assert.NoError(t, err)
		assert.Equal(t, again.list, rs.list)
	})
}
