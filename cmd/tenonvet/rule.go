package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A rule is one element of a check tag or of what a method Check returns.
type rule struct {
	name   string
	values []string // after "=", separated by "|"
	inner  string   // between parentheses
	nested bool     // has parentheses
	trial  bool     // ends with "?": reported, not refused
	text   string   // as written
	at     place    // where mistakes in it are reported
}

// parseRules reads rules separated by commas.
//
//	rule  = name [ "=" value { "|" value } | "(" rules ")" ] [ "?" ] .
//	value = bare | "'" { char | "''" } "'" .
func parseRules(s string, at place) ([]rule, error) {
	var list []rule
	if s == "" {
		return nil, nil
	}
	p := ruleParser{s: s}
	for {
		start := p.i
		r, err := p.rule()
		if err != nil {
			return nil, fmt.Errorf("rule at character %d of %q: %w", p.i, s, err)
		}
		r.text, r.at = s[start:p.i], at
		if slices.ContainsFunc(list, func(o rule) bool { return o.name == r.name }) {
			return nil, fmt.Errorf("rule %s is given twice in %q", r.name, s)
		}
		list = append(list, r)
		if p.i == len(p.s) {
			return list, nil
		}
		if p.s[p.i] != ',' {
			return nil, fmt.Errorf("rule at character %d of %q: want a comma", p.i, s)
		}
		p.i++
	}
}

type ruleParser struct {
	s string
	i int
}

func (p *ruleParser) at(c byte) bool { return p.i < len(p.s) && p.s[p.i] == c }

func (p *ruleParser) rule() (rule, error) {
	start := p.i
	for p.i < len(p.s) && isLetter(p.s[p.i]) {
		p.i++
	}
	r := rule{name: p.s[start:p.i]}
	if r.name == "" {
		return r, errors.New("want the name of a rule")
	}
	switch {
	case p.at('='):
		if forms[r.name] == expression && !strings.HasPrefix(p.s[p.i:], "='") {
			return r, errors.New("a pattern stands in single quotes: pattern='^[a-z]+$'")
		}
		for more := true; more; more = p.at('|') {
			p.i++
			v, err := p.value()
			if err != nil {
				return r, err
			}
			r.values = append(r.values, v)
		}
	case p.at('('):
		inner, err := p.parens()
		if err != nil {
			return r, err
		}
		r.inner, r.nested = inner, true
	}
	if r.trial = p.at('?'); r.trial {
		p.i++
	}
	return r, nil
}

// value reads a bare or quoted value.
func (p *ruleParser) value() (string, error) {
	if p.at('\'') {
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
		if !p.at('\'') {
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
