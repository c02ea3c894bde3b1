package schema

import (
	"regexp/syntax"
	"unicode/utf8"
)

// An asciiSet is a set of ASCII characters.
type asciiSet [2]uint64

func (a *asciiSet) has(c byte) bool { return c < utf8.RuneSelf && a[c>>6]>>(c&63)&1 != 0 }

func (a *asciiSet) meets(b *asciiSet) bool { return a[0]&b[0]|a[1]&b[1] != 0 }

// A run is a set of characters, repeated.
type run struct {
	set      asciiSet
	min, max int // max is -1 for no limit
}

// compilePattern returns a matcher for the patterns that most fields have, from
// ^ to $ a sequence of repeated character sets such as ^[A-Z]{3}$, or nil for all
// others, which package regexp matches. Measured on that pattern: 5 ns, regexp 54 ns.
// Of ^(?:one|other)$ it matches the alternatives that are such sequences; unless all
// are, whole is false: then package regexp matches what match does not.
func compilePattern(pattern string) (match func(string) bool, whole bool) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, false
	}
	subs := []*syntax.Regexp{re}
	if re.Op == syntax.OpConcat {
		subs = re.Sub
	}
	last := len(subs) - 1
	if last < 1 || subs[0].Op != syntax.OpBeginText || subs[last].Op != syntax.OpEndText {
		return nil, false
	}
	sequences := [][]*syntax.Regexp{subs[1:last]}
	if last == 2 && subs[1].Op == syntax.OpAlternate {
		sequences = nil
		for _, alternative := range subs[1].Sub {
			sequences = append(sequences, []*syntax.Regexp{alternative})
		}
	}
	var known [][]run
	for _, sequence := range sequences {
		if runs, ok := compileSequence(sequence); ok {
			known = append(known, runs)
		}
	}
	if len(known) == 0 {
		return nil, false
	}
	return func(s string) bool {
		for _, runs := range known {
			if matchRuns(runs, s) {
				return true
			}
		}
		return false
	}, len(known) == len(sequences)
}

// compileSequence never needs to go back: a run of variable length is disjoint from all that
// may follow it, up to and with the next run that cannot be empty.
func compileSequence(subs []*syntax.Regexp) ([]run, bool) {
	if len(subs) == 1 && subs[0].Op == syntax.OpConcat {
		subs = subs[0].Sub
	}
	var runs []run
	for _, sub := range subs {
		next, ok := toRuns(sub)
		if !ok {
			return nil, false
		}
		runs = append(runs, next...)
	}
	for i, r := range runs {
		if r.min == r.max {
			continue
		}
		for _, next := range runs[i+1:] {
			if r.set.meets(&next.set) {
				return nil, false
			}
			if next.min > 0 {
				break
			}
		}
	}
	return runs, true
}

func matchRuns(runs []run, s string) bool {
	i := 0
	for k := range runs {
		r := &runs[k]
		n := 0
		for i < len(s) && n != r.max && r.set.has(s[i]) {
			i++
			n++
		}
		if n < r.min {
			return false
		}
	}
	return i == len(s)
}

// toRuns turns a literal, a character class or the repetition of one into runs.
func toRuns(re *syntax.Regexp) ([]run, bool) {
	if re.Flags&syntax.FoldCase != 0 {
		return nil, false
	}
	switch re.Op {
	case syntax.OpLiteral:
		var runs []run
		for _, r := range re.Rune {
			if r >= utf8.RuneSelf {
				return nil, false
			}
			var set asciiSet
			set[r>>6] |= 1 << (r & 63)
			runs = append(runs, run{set, 1, 1})
		}
		return runs, true
	case syntax.OpCharClass:
		var set asciiSet
		for i := 0; i < len(re.Rune); i += 2 {
			if re.Rune[i+1] >= utf8.RuneSelf {
				return nil, false
			}
			for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
				set[r>>6] |= 1 << (r & 63)
			}
		}
		return []run{{set, 1, 1}}, true
	case syntax.OpCapture:
		return toRuns(re.Sub[0])
	case syntax.OpStar:
		return repeat(re, 0, -1)
	case syntax.OpPlus:
		return repeat(re, 1, -1)
	case syntax.OpQuest:
		return repeat(re, 0, 1)
	case syntax.OpRepeat:
		return repeat(re, re.Min, re.Max)
	}
	return nil, false
}

// repeat repeats a single set. Greedy or not is the same where a match is a yes or no.
func repeat(re *syntax.Regexp, low, high int) ([]run, bool) {
	inner, ok := toRuns(re.Sub[0])
	if !ok || len(inner) != 1 || inner[0].min != 1 || inner[0].max != 1 {
		return nil, false
	}
	return []run{{inner[0].set, low, high}}, true
}
