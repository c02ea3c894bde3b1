package archtest

import (
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
)

func TestParseRulesReadsTheTable(t *testing.T) {
	tests := []struct {
		name, text string
		want       []rule
		err        string
	}{
		{
			name: "after other text and another table",
			text: "# Rules\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n| row | rule | test |\n| --- | :-- | ---: |\n| D1 | a \\| b | `./schema TestX` |\n" +
				"| PEERS 31 |  | `. TestY`, `./e2e FuzzZ/sub`|\n\n| D2 | not in the table | `./x TestY` |\n",
			want: []rule{
				{line: 9, id: "D1", text: "a | b", tests: []string{"`./schema TestX`"}},
				{line: 10, id: "PEERS 31", tests: []string{"`. TestY`", "`./e2e FuzzZ/sub`"}},
			},
		},
		{name: "empty table", text: "| row | rule | test |\n| --- | --- | --- |"},
		{name: "no table", text: "row, rule, test", err: "no table"},
		{name: "other columns", text: "| row | test | rule |\n", err: "no table"},
		{name: "missing column", text: "| row | rule | test |\n|---|---|---|\n| D1 | x |\n", err: "line 3: 2 columns, want 3"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseRules(tt.text)
			if tt.err != "" {
				if err == nil {
					t.Fatalf("got no error, want %q", tt.err)
				}
				assert.Contains(t, err.Error(), tt.err)
				return
			}
			assert.NoError(t, err)
			assert.Equal(t, got, tt.want)
		})
	}
}

func TestCheckRulesFindsMistakes(t *testing.T) {
	r, err := fixture(t, map[string]string{
		"go.mod":                 "module example.com/joint\n",
		"app.go":                 "package joint\n\nfunc TestNotATest() {}\n",
		"app_test.go":            "package joint\n\nfunc TestApp() {}\n\nfunc ExampleApp() {}\n\nfunc (t tester) TestMethod() {}\n",
		"services/go.mod":        "module example.com/services\n",
		"services/api/api.go":    "package api\n",
		"services/api/y_test.go": "package api_test\n\nfunc FuzzX() {}\n",
	})
	assert.NoError(t, err)
	row := func(id string, tests ...string) rule {
		return rule{line: 7, id: id, text: "text", tests: tests}
	}
	const unknown = `not a row of the checklist (A1 to K6) or of the peers' table (PEERS 1 to PEERS 31)`
	tests := []struct {
		name  string
		rules []rule
		want  string
	}{
		{name: "none"},
		{
			name: "sound",
			rules: []rule{
				row("A1", "`. TestApp`", "`. ExampleApp`"), row("C17b", "`./services/api FuzzX`"), row("C17", "`. TestApp/sub test`"),
				row("C25", "`. TestApp`"), row("PEERS 1", "`. TestApp`"), row("PEERS 31", "`./. TestApp`"),
			},
		},
		{name: "repeated", rules: []rule{row("A1", "`. TestApp`"), row("A1", "`. TestApp`")}, want: `line 7: row "A1": already in line 7`},
		{name: "past the checklist", rules: []rule{row("A19", "`. TestApp`")}, want: `line 7: row "A19": ` + unknown},
		{name: "past the peers", rules: []rule{row("PEERS 32", "`. TestApp`")}, want: `line 7: row "PEERS 32": ` + unknown},
		{name: "no such section", rules: []rule{row("L1", "`. TestApp`")}, want: `line 7: row "L1": ` + unknown},
		{name: "leading zero", rules: []rule{row("A01", "`. TestApp`")}, want: `line 7: row "A01": ` + unknown},
		{name: "letter on another row", rules: []rule{row("C16b", "`. TestApp`")}, want: `line 7: row "C16b": ` + unknown},
		{name: "too large a number", rules: []rule{row("A99999999999999999999", "`. TestApp`")}, want: `line 7: row "A99999999999999999999": ` + unknown},
		{name: "no text", rules: []rule{{line: 7, id: "A1", tests: []string{"`. TestApp`"}}}, want: `line 7: row "A1": no rule`},
		{name: "no test", rules: []rule{row("A1", "")}, want: "line 7: row \"A1\": test \"\", want `./dir TestName`"},
		{name: "no folder", rules: []rule{row("A1", "`TestApp`")}, want: "line 7: row \"A1\": test \"`TestApp`\", want `./dir TestName`"},
		{name: "not a test", rules: []rule{row("A1", "`. BenchmarkApp`")}, want: "line 7: row \"A1\": test \"`. BenchmarkApp`\", want `./dir TestName`"},
		{name: "no such test", rules: []rule{row("A1", "`. TestApps`")}, want: `line 7: row "A1": no function TestApps in the test files of .`},
		{name: "not in a test file", rules: []rule{row("A1", "`. TestNotATest`")}, want: `line 7: row "A1": no function TestNotATest in the test files of .`},
		{name: "a method", rules: []rule{row("A1", "`. TestMethod`")}, want: `line 7: row "A1": no function TestMethod in the test files of .`},
		{name: "in another package", rules: []rule{row("A1", "`./services/api TestApp`")}, want: `line 7: row "A1": no function TestApp in the test files of ./services/api`},
		{name: "no such package", rules: []rule{row("A1", "`./nothing TestApp`")}, want: `line 7: row "A1": no function TestApp in the test files of ./nothing`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := checkRules(r, tt.rules)
			assert.NoError(t, err)
			assert.Equal(t, strings.Join(got, "\n"), tt.want)
		})
	}
}

func TestCheckRulesReportsBrokenTestFiles(t *testing.T) {
	r, err := fixture(t, map[string]string{"go.mod": "module example.com/joint\n", "a_test.go": "package a\n\nfunc {\n"})
	assert.NoError(t, err)
	_, err = checkRules(r, []rule{{id: "A1", text: "text", tests: []string{"`. TestApp`"}}})
	if err == nil {
		t.Fatal("got no error")
	}
	assert.Contains(t, err.Error(), "a_test.go:3")
}
