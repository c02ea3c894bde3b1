package schema

import (
	"regexp"
	"testing"
	"unicode/utf8"

	"github.com/tenonapi/tenon/internal/assert"
)

var dialects = []struct{ name, pattern, want string }{
	{"common", `^[A-Z]{3}$`, `^[A-Z]{3}$`},
	{"common words", `^(red|rose|(?:a|b)+?)$`, `^(red|rose|(?:a|b)+?)$`},
	{"common sets", `^[\w.-]+@\d{2,}\D*\W?\b$`, `^[\w.-]+@\d{2,}\D*\W?\b$`},
	{"common escapes", `^\.\*\+\?\(\)\[\]\{\}\|\^\$\\\t\n$`, `^\.\*\+\?\(\)\[\]\{\}\|\^\$\\\t\n$`},
	{"common categories", `^[\p{L}\p{Nd} '-]+\P{Lu}$`, `^[\p{L}\p{Nd} '-]+\P{Lu}$`},
	{"common characters", `^[à-ü😀/]é$`, `^[à-ü😀/]é$`},
	{"empty", ``, ``},

	{"any character", `^.+$`, `^[^\n]+$`},
	{"any character with lines", `(?s)^.+$`, `^[\s\S]+$`},
	{"white space", `^\s+\S*$`, `^[\t\n\f\r ]+[^\t\n\f\r ]*$`},
	{"white space in a class", `^[\s,]+[^\s]$`, `^[\t\n\f\r ,]+[^\t\n\f\r ]$`},
	{"other anchors", `\Aa\z`, `^a$`},
	{"any case", `(?i)^a1s$`, `^[Aa]1[Ssſ]$`},
	{"any case of a class", `^(?i:[a-c\d]x)y$`, `^(?:[0-9A-Ca-c][Xx])y$`},
	{"any case to the end of the group", `(a(?i)b)c(?i)d(?-i)e`, `(a[Bb])c[Dd]e`},
	{"names of groups", `(?P<year>\d{4})(?<month>\d\d)`, `(\d{4})(\d\d)`},
	{"quoted", `^\Qa.b\E*\Q]`, `^a\.b*\]`},
	{"named classes", `^[[:alpha:][:^digit:]_]$`, `^[A-Za-z\x00-/:-` + "\U0010ffff" + `_]$`},
	{"one-letter category", `^\pL\PN$`, `^\p{L}\P{N}$`},
	{"script", `^\p{Ogham}$`, "^[\u1680-\u169c]$"},
	{"negated category", `^[\p{^Zs}]$|^\p{^Zl}`, ""},
	{"numbers of characters", `\x41\x{1F600}\101\0\a\x{2028}`, "A😀A\\x00\\x07\u2028"},
	{"braces and brackets", `a{,2}b{c}]d{01}`, `a\{,2\}b\{c\}\]d\{01\}`},
	{"brackets in a class", `[]a[^-][\^\-\]]`, `[\]a\[\^-][\^\-\]]`},
	{"needless escapes", `\-\@\_\/[\.\@]`, `-@_/[.@]`},
	{"escaped newline", "a\\\n[\\\n]", `a\n[\n]`},
	{"hyphens in the middle", `[a\-z][+--][\w-z]`, `[a\-z][+-\-][\w\-z]`},
	{"not greedy", `(?U)a+b*?`, `a+b*?`},
	{"nothing and everything", `[^\x00-\x{10FFFF}]|[\x00-\x{10FFFF}]|[^\s\S]|[\d\D]`, ""},
	{"any case of nothing", `(?i)[^\x00-\x{10FFFF}]|[\s\S]`, `[^\s\S]|[\s\S]`},
}

var dialectSamples = []string{
	"", "a", "A", "b", "abc", "red", "rose", "s", "S", "ſ", "k", "\u212a", "1", "12", "a1s", "A1ſ", "é", "à", "😀", " ", "\t", "\n", "\v", "\f", "\r", "\u00a0", "\u2028",
	"\ufeff", "ab", "aB", "abcd", "aBcDe", "a.b", "a.bb", "a.b]", "-", "@", "_", "/", ".", "[", "]", "^", "{", "}", "a{,2}b{c}]d{01}", "A😀A\x00\x07\u2028", "x@12", "\ue000",
	"201211", "axY", "Axy", "\u1680", "aaabbb", "+", ",", "Z", "é1", "\x7f", "\x85", "a\nb", "0a", "EUR", "eur", "\x00",
}

func TestPortable(t *testing.T) {
	for _, test := range dialects {
		t.Run(test.name, func(t *testing.T) {
			got, err := portable(test.pattern)
			assert.NoError(t, err)
			if test.want != "" {
				assert.Equal(t, got, test.want)
			}
			checkPortable(t, test.pattern, got, dialectSamples)
		})
	}
}

// checkPortable compares a pattern with its portable form, which is its own.
func checkPortable(t *testing.T, pattern, got string, samples []string) {
	t.Helper()
	from, to := regexp.MustCompile(pattern), regexp.MustCompile(got)
	for _, s := range samples {
		if from.MatchString(s) != to.MatchString(s) {
			t.Errorf("%q and its form %q differ on %q", pattern, got, s)
		}
	}
	again, err := portable(got)
	assert.NoError(t, err)
	assert.Equal(t, again, got)
}

func FuzzPortable(f *testing.F) {
	for _, test := range dialects {
		f.Add(test.pattern, "aB1\n")
	}
	f.Fuzz(func(t *testing.T, pattern, s string) {
		if _, err := regexp.Compile(pattern); err != nil || !utf8.ValidString(s) {
			t.Skip("no pattern, or no text that a plan would match")
		}
		if got, err := portable(pattern); err == nil {
			checkPortable(t, pattern, got, append([]string{s, s + s, pattern}, dialectSamples...))
		}
	})
}

func BenchmarkPortable(b *testing.B) {
	for b.Loop() {
		_, _ = portable(`^[A-Z]{3}-[a-z0-9]+$`)
	}
}
