package fastapi_test

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
)

// An intent is an entry of DIFFERENCES.md: a way in which answers differ on purpose.
type intent struct {
	entry string
	is    func(app string, e *exchange, d *outcome) bool
}

// An outcome is what became of an exchange that differs.
type outcome struct {
	status int
	list   []string // see exchange.differences
}

// all reports whether each difference begins with prefix.
func (d *outcome) all(prefix string) bool {
	return !slices.ContainsFunc(d.list, func(s string) bool { return !strings.HasPrefix(s, prefix) })
}

// named tells exchanges by their names.
func named(pattern string) func(string, *exchange, *outcome) bool {
	re := regexp.MustCompile(pattern)
	return func(_ string, e *exchange, _ *outcome) bool { return re.MatchString(e.Name) }
}

// of tells applications.
func of(pattern string, is func(string, *exchange, *outcome) bool) func(string, *exchange, *outcome) bool {
	re := regexp.MustCompile(pattern)
	return func(app string, e *exchange, d *outcome) bool { return re.MatchString(app) && is(app, e, d) }
}

// intents are tried in this order.
var intents = []intent{
	{"allow-all", func(_ string, _ *exchange, d *outcome) bool { return d.status == 405 && d.all("header Allow") }},
	{"bad-escape", named(`raw %zz`)},
	{"dot-segment", named(`raw \.\.$`)},
	{"int64", named(`99999999999999999999|100000000000000000000`)},
	{"finite", named(`nan'|inf'|1e999`)},
	{"strict-json", named(`NaN|\\ud800`)},
	{"truncated-form", named(`multipart truncated`)},
	{"empty-file-name", named(`multipart empty filename`)},
	{"file-for-text", named(`multipart (file parts|two files|empty file|utf-8 filename|unknown part)`)},
	{"files-after-texts", of(`request_forms_and_files`, func(_ string, _ *exchange, d *outcome) bool { return d.status == 422 })},
	{"unnamed-field", named(`form odd encoding`)},
	{"closed-headers", of(`header_param_models_tutorial002`, named(``))},
	{"docs-page", named(`swagger_ui`)},
	{"once", of(`t_param_in_path_and_dependency`, named(`path user_id`))},
	{"naive-time", func(_ string, _ *exchange, d *outcome) bool { return d.all("body /timestamp") }},
	{"no-type-of-nothing", func(_ string, e *exchange, _ *outcome) bool { return e.Response.Status == 204 }},
	{"stream-type", func(_ string, _ *exchange, d *outcome) bool { return d.status < 300 && d.all("header Content-Type") }},
	{"one-media-type", of(`additional_responses_tutorial004`, named(`img`))},
	{"range-refused", named(`range past end|bad range`)},
	{"error-status", of(`t_exception_handlers`, func(_ string, e *exchange, _ *outcome) bool { return e.Response.Status == 200 })},
}

// entryOf returns the entry of a difference, "" for none.
func entryOf(app string, e *exchange, d *outcome) string {
	for _, i := range intents {
		if i.is(app, e, d) {
			return i.entry
		}
	}
	return ""
}

// A tally is what became of the exchanges of one application.
type tally struct {
	area           string
	matched, total int
	lines          []string // what differs
}

// report sums up the tallies by area, and lists what differs.
func report(tallies []tally) []byte {
	var b bytes.Buffer
	all := tally{area: "all"}
	for i := 0; i < len(tallies); {
		sum := tally{area: tallies[i].area}
		for ; i < len(tallies) && tallies[i].area == sum.area; i++ {
			sum.matched, sum.total = sum.matched+tallies[i].matched, sum.total+tallies[i].total
			all.lines = append(all.lines, tallies[i].lines...)
		}
		fmt.Fprintf(&b, "%-38s %4d of %4d\n", sum.area, sum.matched, sum.total)
		all.matched, all.total = all.matched+sum.matched, all.total+sum.total
	}
	fmt.Fprintf(&b, "%-38s %4d of %4d\n\n%s\n", all.area, all.matched, all.total, strings.Join(all.lines, "\n"))
	return b.Bytes()
}

// explained compares the entries in use, at the beginning of lines of text, with those of DIFFERENCES.md.
func explained(t *testing.T, text string) {
	t.Helper()
	page, err := os.ReadFile("DIFFERENCES.md")
	assert.NoError(t, err)
	var entries []string
	for _, row := range regexp.MustCompile(`(?m)^\| ([a-z][a-z0-9-]*) \|`).FindAllStringSubmatch(string(page), -1) {
		if row[1] != "entry" {
			entries = append(entries, row[1])
		}
	}
	for _, i := range intents {
		used, known := strings.Contains(text, "\n"+i.entry+" "), slices.Contains(entries, i.entry)
		if !used || !known {
			t.Errorf("the entry %s is in use: %t, explained in DIFFERENCES.md: %t", i.entry, used, known)
		}
	}
	for _, entry := range entries {
		if !slices.ContainsFunc(intents, func(i intent) bool { return i.entry == entry }) {
			t.Errorf("DIFFERENCES.md explains %s, of which the test knows nothing", entry)
		}
	}
}
