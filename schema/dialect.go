package schema

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"
)

// portable returns a pattern that means in ECMA-262, which JSON Schema refers
// to, what pattern means in RE2, and the same in RE2: what both read alike stays
// as it is written. The pattern must be one that package regexp compiles.
//
// Source: package regexp/syntax; ECMA-262, section 22.2.1, with the flag u.
func portable(pattern string) (string, error) {
	t := translator{rest: pattern}
	for t.rest != "" {
		if err := t.step(); err != nil {
			return "", err
		}
	}
	text := t.out.String()
	if text == pattern {
		return text, nil
	}
	_, err := regexp.Compile(text) // a set of nothing but surrogates has no form
	return text, err
}

// A translator goes through a pattern from left to right.
type translator struct {
	rest   string
	out    strings.Builder
	flags  patternFlags
	outer  []patternFlags // of the groups around
	anchor bool           // the last thing written matches a place, no character
}

// patternFlags are those that change what follows.
type patternFlags struct{ fold, dot, lines bool }

var (
	repetition = regexp.MustCompile(`^\{(0|[1-9][0-9]*)(,(0|[1-9][0-9]*)?)?\}`)
	byName     = regexp.MustCompile(`^\(\?P?<\w+>`)
	byFlags    = regexp.MustCompile(`^\(\?([imsU]*)(-?)([imsU]*)([:)])`)
	runeEscape = regexp.MustCompile(`(?s)^\\(x\{[0-9A-Fa-f]+\}|x[0-9A-Fa-f]{2}|[0-7]{1,3}|.)`)
	setEscape  = regexp.MustCompile(`^(\\[dDwWsS]|\\[pP](\{[^}]*\}|.)|\[:\^?\w+:\])`)
	category   = regexp.MustCompile(`^\\([pP])\{?(\w+)\}?$`)
)

func (t *translator) step() error {
	anchor := t.anchor
	t.anchor = false
	switch c := t.rest[0]; c {
	case '\\':
		t.escape()
	case '[':
		t.class()
	case '(':
		t.group()
	case ')':
		t.flags, t.outer = t.outer[len(t.outer)-1], t.outer[:len(t.outer)-1]
		t.copy(1)
	case '|':
		t.copy(1)
	case '.':
		t.rest = t.rest[1:]
		if t.flags.dot {
			t.out.WriteString(`[\s\S]`)
		} else {
			t.out.WriteString(`[^\n]`)
		}
	case '^', '$':
		if t.flags.lines {
			return errors.New("(?m) cannot be said in JSON Schema: check the lines in a method Validate")
		}
		t.copy(1)
		t.anchor = true
	default:
		n := 0 // bytes of a repetition
		switch c {
		case '{':
			n = len(repetition.FindString(t.rest))
		case '*', '+', '?':
			n = 1
		}
		switch {
		case n == 0:
			t.literal(t.char())
		case anchor:
			return errors.New(`^, $ and \b cannot be repeated in JSON Schema: leave the repetition out`)
		default:
			t.copy(n)
		}
	}
	return nil
}

// copy takes n bytes over.
func (t *translator) copy(n int) { t.out.WriteString(t.cut(n)) }

func (t *translator) cut(n int) (text string) {
	text, t.rest = t.rest[:n], t.rest[n:]
	return text
}

// char takes a character or the escape of one.
func (t *translator) char() rune {
	if t.rest[0] == '\\' {
		escape := runeEscape.FindString(t.rest)
		if c := escape[1]; c >= '0' && c <= '7' || c == 'x' || strings.IndexByte("aftnrv", c) >= 0 {
			return runesOf(t.cut(len(escape)), false)[0]
		}
		t.cut(1)
	}
	r, n := utf8.DecodeRuneInString(t.rest)
	t.cut(n)
	return r
}

func (t *translator) escape() {
	switch c := t.rest[1]; {
	case c == 'Q':
		quoted, rest, _ := strings.Cut(t.rest[2:], `\E`)
		for _, r := range quoted {
			t.literal(r)
		}
		t.rest = rest
	case c == 'A':
		t.cut(2)
		t.out.WriteByte('^')
		t.anchor = true
	case c == 'z':
		t.cut(2)
		t.out.WriteByte('$')
		t.anchor = true
	case c == 'b' || c == 'B':
		t.copy(2)
		t.anchor = true
	case setEscape.MatchString(t.rest):
		set := t.cut(len(setEscape.FindString(t.rest)))
		if text := t.alike(set); text != "" {
			t.out.WriteString(text)
		} else {
			t.set(runesOf(set, t.flags.fold))
		}
	default:
		t.literal(t.char())
	}
}

// alike returns how both dialects write a set, or "" if they differ.
func (t *translator) alike(set string) string {
	m := category.FindStringSubmatch(set)
	switch {
	case t.flags.fold:
	case m != nil && unicode.Categories[m[2]] != nil:
		return `\` + m[1] + "{" + m[2] + "}"
	case set[0] == '\\' && strings.IndexByte("dDwW", set[1]) >= 0:
		return set
	}
	return ""
}

// literal writes a character, in every case that it stands for.
func (t *translator) literal(r rune) {
	if next := unicode.SimpleFold(r); t.flags.fold && next != r {
		t.set(runesOf(fmt.Sprintf(`[\x{%x}]`, r), true))
		return
	}
	t.out.WriteString(quoteRune(r, `^$\.*+?()[]{}|`))
}

// set writes a set of characters, given by ranges.
func (t *translator) set(ranges []rune) {
	last := len(ranges) - 1
	switch {
	case last < 0:
		t.out.WriteString(`[^\s\S]`)
	case last == 1 && ranges[0] == 0 && ranges[1] == unicode.MaxRune:
		t.out.WriteString(`[\s\S]`)
	case ranges[0] == 0 && ranges[last] == unicode.MaxRune:
		t.out.WriteString("[^")
		for i := 1; i < last; i += 2 {
			t.span(ranges[i]+1, ranges[i+1]-1)
		}
		t.out.WriteByte(']')
	default:
		t.out.WriteByte('[')
		t.spans(ranges)
		t.out.WriteByte(']')
	}
}

func (t *translator) spans(ranges []rune) {
	for i := 0; i < len(ranges); i += 2 {
		t.span(ranges[i], ranges[i+1])
	}
}

// span writes the characters from low to high, between brackets.
func (t *translator) span(low, high rune) {
	if 0xD800 <= low && low <= 0xDFFF { // no text has surrogates
		low = 0xE000
	}
	if 0xD800 <= high && high <= 0xDFFF {
		high = 0xD7FF
	}
	if low > high {
		return
	}
	t.out.WriteString(quoteRune(low, `\[]^-`))
	if high > low+1 {
		t.out.WriteByte('-')
	}
	if high > low {
		t.out.WriteString(quoteRune(high, `\[]^-`))
	}
}

// class translates what stands between brackets.
func (t *translator) class() {
	for _, text := range []string{`[\s\S]`, `[^\s\S]`} {
		if strings.HasPrefix(t.rest, text) {
			t.copy(len(text))
			return
		}
	}
	start, before := t.rest, t.out.String()
	t.copy(1)
	if strings.HasPrefix(t.rest, "^") {
		t.copy(1)
	}
	for first := true; first || t.rest[0] != ']'; first = false {
		t.item(first)
	}
	t.copy(1)
	if t.flags.fold {
		t.out.Reset()
		t.out.WriteString(before)
		t.set(runesOf(start[:len(start)-len(t.rest)], true))
	}
}

// item translates a character, a range or a set between brackets.
func (t *translator) item(first bool) {
	set := ""
	if t.rest[0] == '\\' || t.rest[0] == '[' {
		set = setEscape.FindString(t.rest)
	}
	if set != "" {
		t.cut(len(set))
		if text := t.alike(set); text != "" {
			t.out.WriteString(text)
			return
		}
		if set[0] == '[' {
			set = "[" + set + "]"
		}
		t.spans(runesOf(set, t.flags.fold))
		return
	}
	low := t.char()
	ranged := strings.HasPrefix(t.rest, "-") && !strings.HasPrefix(t.rest, "-]")
	if low == '-' && !ranged && (first || t.rest[0] == ']') {
		t.out.WriteByte('-')
		return
	}
	t.out.WriteString(quoteRune(low, `\[]^-`))
	if ranged {
		t.copy(1)
		t.out.WriteString(quoteRune(t.char(), `\[]^-`))
	}
}

// group translates the beginning of a group, or flags.
func (t *translator) group() {
	if name := byName.FindString(t.rest); name != "" {
		t.cut(len(name))
		t.out.WriteByte('(')
		t.outer = append(t.outer, t.flags)
		return
	}
	m := byFlags.FindStringSubmatch(t.rest)
	if m == nil {
		t.copy(1)
		t.outer = append(t.outer, t.flags)
		return
	}
	t.cut(len(m[0]))
	if m[4] == ":" {
		t.out.WriteString("(?:")
		t.outer = append(t.outer, t.flags)
	}
	t.flags.change(m[1], true)
	t.flags.change(m[3], false)
}

// change sets the flags that have a letter among letters.
func (f *patternFlags) change(letters string, on bool) {
	for _, c := range letters {
		switch c {
		case 'i':
			f.fold = on
		case 's':
			f.dot = on
		case 'm':
			f.lines = on
		}
	}
}

// runesOf returns the ranges of characters that a part of a pattern matches.
func runesOf(part string, fold bool) []rune {
	flags := syntax.Perl
	if fold {
		flags |= syntax.FoldCase
	}
	re, err := syntax.Parse(part, flags)
	switch {
	case err != nil:
		return nil
	case re.Op == syntax.OpCharClass:
		return re.Rune
	case re.Op == syntax.OpAnyChar:
		return []rune{0, unicode.MaxRune}
	case re.Op == syntax.OpAnyCharNotNL:
		return []rune{0, '\n' - 1, '\n' + 1, unicode.MaxRune}
	case re.Op != syntax.OpLiteral:
		return nil
	}
	r := re.Rune[0]
	ranges := []rune{r, r}
	if re.Flags&syntax.FoldCase != 0 {
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			ranges = append(ranges, next, next)
		}
	}
	return ranges
}

// quoteRune returns how both dialects write a character, of which those in
// special need a backslash.
func quoteRune(r rune, special string) string {
	const controls = "\t\n\v\f\r"
	switch i := strings.IndexRune(controls, r); {
	case i >= 0:
		return `\` + "tnvfr"[i:i+1]
	case r < ' ' || 0x7f <= r && r <= 0xa0:
		return fmt.Sprintf(`\x%02X`, r)
	case strings.ContainsRune(special, r):
		return `\` + string(r)
	}
	return string(r)
}
