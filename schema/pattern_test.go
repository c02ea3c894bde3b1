package schema

import (
	"regexp"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
)

func TestCompilePattern(t *testing.T) {
	tests := []struct {
		name, pattern string
		fast          bool
	}{
		{"sets and counts", `^[A-Z]{3}$`, true},
		{"literal", `^abc$`, true},
		{"nothing", `^$`, true},
		{"several runs", `^[a-z]{2}-[0-9]+$`, true},
		{"unlimited", `^[a-z]*[0-9]{2,}$`, true},
		{"optional", `^-?[0-9]+$`, true},
		{"lazy", `^[a-z]+?[0-9]$`, true},
		{"one of two", `^(?:a|b)$`, true},
		{"choice of words", `^(?:ab|cd)$`, true},
		{"choice of sequences", `^(?:[a-z]{2}-[0-9]+|[A-Z]{3})$`, true},
		{"group of one", `^(a)([0-9])+$`, true},
		{"no times", `^a{0}b$`, true},
		{"other anchors", `\A[a-z]+\z`, true},
		{"runs apart", `^a*b?c+a$`, true},
		{"backslash class", `^\d{4}-\d{2}$`, true},
		{"fixed before the same", `^[a-z]{2}[a-z0-9]*$`, true},

		{"not a pattern", `[`, false},
		{"not anchored", `[A-Z]{3}`, false},
		{"anchored at one side", `^[A-Z]{3}`, false},
		{"only an anchor", `^`, false},
		{"lines", `(?m)^a$`, false},
		{"group of several", `^(ab)+$`, false},
		{"repeated repetition", `^(?:a+)+$`, false},
		{"any character", `^.$`, false},
		{"negated", `^[^a]$`, false},
		{"beyond ASCII", `^é$`, false},
		{"class beyond ASCII", `^[a-é]$`, false},
		{"any case", `(?i)^a$`, false},
		{"word boundary", `^a\b$`, false},
		{"needs to go back", `^[a-z]*z$`, false},
		{"needs to go back over an empty run", `^[a-z]+[0-9]*z$`, false},
		{"count that overlaps", `^a{1,2}a$`, false},
		{"a choice that needs to go back", `^(?:[a-c]+|[a-z]*z)$`, false},
		{"a choice of none that is fast", `^(?:.|é)$`, false},
		{"choice beside a word", `^a(?:ab|cd)$`, false},
		{"choice with an anchor", `^(?:ab|cd$)$`, false},
		{"no character", `^[^\x00-\x{10FFFF}]$`, true},
	}
	samples := []string{
		"", "a", "b", "c", "z", "A", "é", "É", "\n", "-", "abc", "ABC", "ABCD", "AB", "ab-1", "ab-", "ab-123", "123", "-1", "a1", "aa1", "aab", "az", "a0z",
		"aaa", "cc", "cca", "aabcca", "2026-01", "a\n", "\xff", "ab", "abab", "\u017f", "\u212a", "0a9", "ABC\x00", "-12", "--1", "abcdef0123",
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, whole := compilePattern(test.pattern)
			assert.Equal(t, whole, test.fast)
			match, err := compileMatch(test.pattern)
			re, want := regexp.Compile(test.pattern)
			assert.Equal(t, err != nil, want != nil)
			if err != nil {
				return
			}
			for _, s := range samples {
				assert.Equal(t, match(s), re.MatchString(s), test.pattern, "on", s)
			}
		})
	}
}

func FuzzPattern(f *testing.F) {
	for _, pattern := range []string{`^[A-Z]{3}$`, `^a*b?c{2,}$`, `^-?\d+$`, `^[a-c]+?[0-9]*x$`, `^(?:a|b){2}$`, `^(?:ab|[a-c]+-|x*x)$`, `(?i)^a$`, `^$`, `^a{0}$`} {
		f.Add(pattern, "ABC")
		f.Add(pattern, "-12")
	}
	f.Fuzz(func(t *testing.T, pattern, s string) {
		match, whole := compilePattern(pattern)
		if match == nil {
			return
		}
		re, err := regexp.Compile(pattern)
		if err != nil {
			t.Skip("regexp is stricter: ", err) // takeStringRules compiles both
		}
		for _, s := range []string{s, strings.ToUpper(s), s + s, strings.TrimSuffix(s, "x")} {
			if got, want := match(s), re.MatchString(s); got != want && (whole || got) {
				t.Errorf("%q on %q: got %v", pattern, s, match(s))
			}
		}
	})
}

func BenchmarkPattern(b *testing.B) {
	const pattern = `^[A-Z]{3}$`
	b.Run("runs", func(b *testing.B) {
		match, _ := compilePattern(pattern)
		for b.Loop() {
			match("EUR")
		}
	})
	b.Run("regexp", func(b *testing.B) {
		re := regexp.MustCompile(pattern)
		for b.Loop() {
			re.MatchString("EUR")
		}
	})
}
