package schema

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A rule is one element of a check tag.
type rule struct {
	name   string
	values []string // after "=", separated by "|"
	inner  string   // between parentheses
	nested bool     // has parentheses
	report bool     // ends with a question mark: only counts
}

// text returns the rule as it would be written.
func (r rule) text() string {
	switch {
	case r.nested:
		return r.name + "(" + r.inner + ")"
	case r.values == nil:
		return r.name
	}
	return r.name + "=" + strings.Join(r.values, "|")
}

// rules are the rules that a value still has to obey: each kind of node takes
// those it knows, and what is left when the node stands is a mistake.
type rules struct {
	list  []rule
	known []string // names that were asked for, for the error text
}

func parseRules(s string) (*rules, error) {
	p := ruleParser{s: s}
	rs := new(rules)
	if s == "" {
		return rs, nil
	}
	rs.list = make([]rule, 0, 2) // most tags have no more
	for {
		r, err := p.rule()
		if k := len(rs.list) - 1; k >= 0 && isValue(rs.list[k], r) {
			err = errBars
		}
		if err != nil {
			return nil, fmt.Errorf("rule at character %d of %q: %w", p.i, s, err)
		}
		if slices.ContainsFunc(rs.list, func(o rule) bool { return o.name == r.name }) {
			return nil, fmt.Errorf("rule %q is given twice in %q", r.name, s)
		}
		rs.list = append(rs.list, r)
		if p.i == len(p.s) {
			return rs, nil
		}
		if p.s[p.i] != ',' {
			return nil, fmt.Errorf("rule at character %d of %q: want a comma", p.i, s)
		}
		p.i++
	}
}

// take removes the rule called name and returns it.
func (rs *rules) take(name string) (rule, bool) {
	if len(rs.list) == 0 {
		return rule{}, false // and no rule is left that a hint could be for
	}
	if rs.known == nil {
		rs.known = make([]string, 0, 10) // most nodes ask for fewer
	}
	rs.known = append(rs.known, name)
	for i, r := range rs.list {
		if r.name == name {
			rs.list = slices.Delete(rs.list, i, i+1)
			return r, true
		}
	}
	return rule{}, false
}

// one removes the rule called name, which has one value, and returns the value.
func (rs *rules) one(name string) (value string, ok bool, err error) {
	r, ok := rs.take(name)
	if !ok {
		return "", false, nil
	}
	if len(r.values) != 1 {
		return "", false, fmt.Errorf("rule %q wants one value", r.text())
	}
	return r.values[0], true, nil
}

// many removes the rule called name, which has one value or more, and returns them.
func (rs *rules) many(name string) ([]string, error) {
	r, ok := rs.take(name)
	if ok && len(r.values) == 0 {
		return nil, fmt.Errorf("rule %q wants values", r.text())
	}
	return r.values, nil
}

// flag removes the rule called name, which has no value, and reports whether it was there.
func (rs *rules) flag(name string) (bool, error) {
	r, ok := rs.take(name)
	if r.values != nil || r.nested {
		return false, fmt.Errorf("rule %q has no value", r.text())
	}
	return ok, nil
}

// sub removes the rule called name, which has rules in parentheses, and returns them.
func (rs *rules) sub(name string) (*rules, error) {
	r, ok := rs.take(name)
	if !ok {
		return new(rules), nil
	}
	if !r.nested {
		return nil, fmt.Errorf("rule %q wants rules in parentheses", r.text())
	}
	return parseRules(r.inner)
}

// rest returns an error for the rules that nobody took; subject names their type.
func (rs *rules) rest(subject string) error {
	var errs []error
	for _, r := range rs.list {
		errs = append(errs, fmt.Errorf("rule %q does not apply to %s: %s", r.text(), subject, hint(r.name, rs.known)))
	}
	return errors.Join(errs...)
}

// merge puts the rules of a named type, nil for none, before those of a tag.
func (rs *rules) merge(own *rules) error {
	if own == nil {
		return nil
	}
	for _, r := range own.list {
		if slices.ContainsFunc(rs.list, func(o rule) bool { return o.name == r.name }) {
			return fmt.Errorf("rule %q is given by the type and by the tag", r.name)
		}
	}
	rs.list = append(slices.Clone(own.list), rs.list...)
	return nil
}

type ruleParser struct {
	s string
	i int
}

func (p *ruleParser) rule() (rule, error) {
	start := p.i
	for p.i < len(p.s) && isLetter(p.s[p.i]) {
		p.i++
	}
	r := rule{name: p.s[start:p.i]}
	if r.name == "" {
		return r, errors.New("want the name of a rule")
	}
	if p.i == len(p.s) {
		return r, nil
	}
	switch p.s[p.i] {
	case '=':
		if r.name == "pattern" && !strings.HasPrefix(p.s[p.i:], "='") {
			return r, errors.New("a pattern stands in single quotes: pattern='^[a-z]+$'")
		}
		for {
			p.i++
			v, err := p.value()
			if err != nil {
				return r, err
			}
			r.values = append(r.values, v)
			if p.i == len(p.s) || p.s[p.i] != '|' {
				break
			}
		}
	case '(':
		inner, err := p.parens()
		if err != nil {
			return r, err
		}
		r.inner, r.nested = inner, true
	}
	if p.i < len(p.s) && p.s[p.i] == '?' {
		r.report = true
		p.i++
	}
	return r, nil
}

// value reads a bare or quoted value.
func (p *ruleParser) value() (string, error) {
	if p.i < len(p.s) && p.s[p.i] == '\'' {
		return p.quoted()
	}
	n := strings.IndexAny(p.s[p.i:], ",|()'?")
	if n < 0 {
		n = len(p.s) - p.i
	}
	if n == 0 {
		return "", errors.New("want a value: an empty one is written ''")
	}
	v := p.s[p.i : p.i+n]
	p.i += n
	return v, nil
}

func (p *ruleParser) quoted() (string, error) {
	var b strings.Builder
	for p.i++; p.i < len(p.s); p.i++ {
		if p.s[p.i] != '\'' {
			b.WriteByte(p.s[p.i])
			continue
		}
		p.i++
		if p.i == len(p.s) || p.s[p.i] != '\'' {
			return b.String(), nil
		}
		b.WriteByte('\'')
	}
	return "", errors.New("quote is not closed")
}

// parens reads up to the parenthesis that closes the one at p.i.
func (p *ruleParser) parens() (string, error) {
	start, depth, quoted := p.i+1, 0, false
	for ; p.i < len(p.s); p.i++ {
		switch c := p.s[p.i]; {
		case c == '\'':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth == 0 {
				p.i++
				return p.s[start : p.i-1], nil
			}
		}
	}
	return "", errors.New("parenthesis is not closed")
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// allRules are the names of all rules, to find the one that was meant.
var allRules = strings.Fields("gt ge lt le multipleOf enum const minLength maxLength pattern format trim lower upper " +
	"minItems maxItems uniqueItems each minProperties maxProperties keys values maxDigits decimalPlaces additionalProperties strict lax")

// nearest returns the word that a misspelt one was meant to be, or "": one that
// differs in case only, or by at most two letters.
func nearest(word string, words []string) string {
	best, least := "", 3
	for _, w := range words {
		d := distance(strings.ToLower(word), strings.ToLower(w))
		if d < least && d < min(len(word), len(w))/2+1 {
			best, least = w, d
		}
	}
	return best
}

// distance counts the letters to add, remove, change or swap with their
// neighbour to make b of a.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
