// Package object reads JSON objects of which nobody can read two things.
package object

import (
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// Limits of an object.
const (
	maxDepth   = 32  // of arrays and objects in one another
	maxMembers = 256 // of one object
)

// Members are those of an object, in their order.
type Members []member

type member struct {
	name string
	raw  json.RawMessage
}

// Get returns the value of a member, nil for none. Names are compared as they are.
func (m Members) Get(name string) json.RawMessage {
	for i := range m {
		if m[i].name == name {
			return m[i].raw
		}
	}
	return nil
}

// Parse returns the members of the JSON object in data, which is not copied. It
// refuses a name that an object has twice, at any depth, text that is not UTF-8,
// and whatever stands behind the object.
// Source: RFC 7515, section 4; RFC 7519, section 4.
func Parse(data []byte) (Members, error) {
	switch {
	case !utf8.Valid(data):
		return nil, errors.New("not UTF-8")
	case !json.Valid(data):
		return nil, errors.New("not one JSON value")
	}
	s := scanner{data: data}
	if s.peek() != '{' {
		return nil, errors.New("no JSON object")
	}
	return s.object(1)
}

// Text returns the string that raw, a JSON value, is.
func Text(raw json.RawMessage) (string, bool) {
	if len(raw) == 0 || raw[0] != '"' {
		return "", false
	}
	return text(raw), true
}

// text returns a string without its quotes and escapes.
func text(quoted []byte) string {
	for _, c := range quoted {
		if c == '\\' {
			var s string
			_ = json.Unmarshal(quoted, &s) // it is valid
			return s
		}
	}
	return string(quoted[1 : len(quoted)-1])
}

// A scanner walks over data, which is valid JSON.
type scanner struct {
	data []byte
	at   int
}

// peek returns the next byte that is no space, which it moves to.
func (s *scanner) peek() byte {
	for {
		switch c := s.data[s.at]; c {
		case ' ', '\t', '\r', '\n', ',', ':':
			s.at++
		default:
			return c
		}
	}
}

// object reads an object.
func (s *scanner) object(depth int) (Members, error) {
	members := make(Members, 0, 8)
	for s.at++; s.peek() != '}'; {
		name := text(s.string())
		s.peek()
		start := s.at
		if err := s.value(depth); err != nil {
			return nil, err
		}
		if members.Get(name) != nil {
			return nil, errors.New("a member twice")
		}
		if len(members) == maxMembers {
			return nil, fmt.Errorf("more than %d members", maxMembers)
		}
		members = append(members, member{name, s.data[start:s.at]})
	}
	s.at++
	return members, nil
}

// value moves behind a value.
func (s *scanner) value(depth int) error {
	switch c := s.peek(); {
	case c == '"':
		s.string()
	case (c == '{' || c == '[') && depth >= maxDepth:
		return fmt.Errorf("deeper than %d", maxDepth)
	case c == '{':
		_, err := s.object(depth + 1)
		return err
	case c == '[':
		for s.at++; s.peek() != ']'; {
			if err := s.value(depth + 1); err != nil {
				return err
			}
		}
		s.at++
	default: // a number, true, false or null
		for c := s.data[s.at]; c >= '+' && c <= 'z' && c != ',' && c != ']'; c = s.data[s.at] {
			s.at++
		}
	}
	return nil
}

// string moves behind a string and returns it with its quotes.
func (s *scanner) string() []byte {
	start := s.at
	for s.at++; s.data[s.at] != '"'; s.at++ {
		if s.data[s.at] == '\\' {
			s.at++
		}
	}
	s.at++
	return s.data[start:s.at]
}
