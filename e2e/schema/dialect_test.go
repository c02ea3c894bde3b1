package schema_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// dialectPatterns are patterns of RE2, with what ECMA-262 reads in another way or not at all.
var dialectPatterns = []string{
	`^[A-Z]{3}$`, `^[\w.-]+@\d{2,}\D*\W?\b`, `^(a|b)+?c$`, `a$`, `^.+$`, `(?s)^.+$`, `^\s$`, `^\S$`, `^[\s,]$`, `^[^\s]$`, `\Aa\z`, `(?i)^ks\x{e9}$`, `^(?i:[a-k]x)y$`,
	`(?P<year>\d{4})-(?<month>\d\d)`, `^\Qa.b\E*$`, `^[[:alpha:][:^digit:]_]$`, `^\pL\PN$`, `^\p{Greek}+$`, `^[\p{^L}]$`, `\x41\x{1F600}\101\0\a`, `a{,2}b{c}]`,
	`[]a[^-][\^\-\]]`, `\-\@\_\/[\.\@]`, `[a\-z][+--][\w-z]`, `(?U)a+b*?$`, `[^\x00-\x{10FFFF}]`, `^[\s\S]$`, `(?i)^[^a-z]$`, `^[\p{L}\p{N} '-]+$`, `\Bb`, `^\t\n\v\f\r$`, `^😀{2}$`,
}

var dialectTexts = []string{
	"", "a", "b", "A", "EUR", "eur", "abc", "x@12", "aab", "a\n", "\n", "\r", "\u2028", "\v", "\u00a0", "\ufeff", " ", ",", "ksé", "KſÉ", "\u212asé", "kx", "kxy", "KXy", "2026-11", "a.b",
	"a.bbb", "_", "1", "é", "aé", "αβγ", "αa", "A😀A\x00\a", "a{,2}b{c}]", "]^-", "[a]", "-@_/.", "a,_", "-+-", "ab", "aabb", "ba", "😀😀", "\t\n\v\f\r", "ſ", "\x00", "O'Neil-Łuk 2",
}

// TestD12PatternsMeanTheSameInECMA262 asks Node.js, whose patterns are those of ECMA-262, for the
// matches of what the schemas say, and compares them with what the plans accept.
func TestD12PatternsMeanTheSameInECMA262(t *testing.T) {
	node, err := exec.LookPath("node")
	switch {
	case err != nil && os.Getenv("CI") != "":
		t.Fatal("Node.js is not installed")
	case err != nil:
		t.Skip("Node.js is not installed")
	}
	var asked struct{ Patterns, Texts []string }
	asked.Texts = dialectTexts
	var plans []*lone
	for _, pattern := range dialectPatterns {
		plan, err := newLone(texts[0], "pattern='"+strings.ReplaceAll(pattern, "'", "''")+"'")
		if err != nil {
			t.Fatal(pattern, err)
		}
		j, err := plan.judge() // by package regexp
		if err != nil {
			t.Fatal(pattern, err)
		}
		var printed struct{ Pattern string }
		if err := json.Unmarshal(j.text, &printed); err != nil || printed.Pattern == "" {
			t.Fatalf("%s is printed as %s: %v", pattern, j.text, err)
		}
		asked.Patterns, plans = append(asked.Patterns, printed.Pattern), append(plans, plan)
	}
	in, err := json.Marshal(asked)
	if err != nil {
		t.Fatal(err)
	}
	const script = `const a = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(a.Patterns.map(p => { const re = new RegExp(p, "u"); return a.Texts.map(s => re.test(s)) })));`
	cmd := exec.Command(node, "-e", script)
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err, stderr.String())
	}
	var matches [][]bool
	if err := json.Unmarshal(out, &matches); err != nil {
		t.Fatal(err)
	}
	for i, plan := range plans {
		for k, text := range dialectTexts {
			body, _ := json.Marshal(text)
			if _, err := plan.decode(body); (err == nil) != matches[i][k] {
				t.Errorf("%s, printed as %s, on %q: the plan says %v, ECMA-262 %v", dialectPatterns[i], asked.Patterns[i], text, err, matches[i][k])
			}
		}
	}
}
