package schema

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/tenonapi/tenon/problem"
)

// lengths are the bounds of a count: of characters, bytes, items or members.
type lengths struct {
	min, max int // max is -1 for none
	words    *lengthWords
	short    *violation // nil where the message names the actual length
	long     *violation
}

// lengthWords are how violations of one kind of length are worded.
type lengthWords struct {
	short, long string // types
	subject     string // what should have at least …
	unit        string // … 3 of this
	actual      bool   // the message tells the actual length
}

var (
	stringLength = &lengthWords{"string_too_short", "string_too_long", "String", "character", false}
	bytesLength  = &lengthWords{"bytes_too_short", "bytes_too_long", "Data", "byte", false}
	listLength   = &lengthWords{"too_short", "too_long", "List", "item", true}
	dictLength   = &lengthWords{"too_short", "too_long", "Dictionary", "item", true}
)

// takeLengths takes the two rules of a length.
func takeLengths(rs *rules, minName, maxName string, words *lengthWords) (lengths, error) {
	l := lengths{min: 0, max: -1, words: words}
	for i, bound := range []*int{&l.min, &l.max} {
		name := []string{minName, maxName}[i]
		text, ok, err := rs.one(name)
		if err != nil {
			return l, err
		}
		if !ok {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return l, fmt.Errorf("rule %s=%s: want a whole number of 0 or more", name, text)
		}
		*bound = n
	}
	if l.max >= 0 && l.min > l.max {
		return l, fmt.Errorf("rules %s=%d and %s=%d leave no valid value", minName, l.min, maxName, l.max)
	}
	if !words.actual && l.min > 0 {
		l.short = words.violation(true, l.min, 0)
	}
	if !words.actual && l.max >= 0 {
		l.long = words.violation(false, l.max, 0)
	}
	return l, nil
}

// check returns what is wrong with a length, or nil.
func (l *lengths) check(n int) *violation {
	switch {
	case n < l.min:
		if l.short != nil {
			return l.short
		}
		return l.words.violation(true, l.min, n)
	case l.max >= 0 && n > l.max:
		if l.long != nil {
			return l.long
		}
		return l.words.violation(false, l.max, n)
	}
	return nil
}

// free reports that every length is right.
func (l *lengths) free() bool { return l.min == 0 && l.max < 0 }

func (w *lengthWords) violation(short bool, bound, actual int) *violation {
	typ, name, word := w.long, "max_length", "most"
	if short {
		typ, name, word = w.short, "min_length", "least"
	}
	msg := w.subject + " should have at " + word + " " + strconv.Itoa(bound) + " " + w.unit + plural(bound)
	if !w.actual {
		return violationOf(typ, msg, name, bound)
	}
	return &violation{
		typ: typ, msg: msg + " after validation, not " + strconv.Itoa(actual),
		ctx: []problem.Attr{{Name: "field_type", Value: w.subject}, {Name: name, Value: bound}, {Name: "actual_length", Value: actual}},
	}
}

// describe gives the bounds to the keywords of a schema.
func (l *lengths) describe(minimum, maximum **int) {
	if l.min > 0 {
		*minimum = &l.min
	}
	if l.max >= 0 {
		*maximum = &l.max
	}
}

// count returns the bounds of another count, of which least and most tell what
// belongs to a bound of this one.
func (l *lengths) count(least, most func(int) int) *lengths {
	other := &lengths{min: least(l.min), max: -1}
	if l.max >= 0 {
		other.max = most(l.max)
	}
	return other
}

// rawList is JSON texts for the keyword enum.
func rawList(texts []string, quote bool) []json.RawMessage {
	var out []json.RawMessage
	for _, t := range texts {
		if quote {
			out = append(out, quoted(t))
		} else {
			out = append(out, json.RawMessage(t))
		}
	}
	return out
}
