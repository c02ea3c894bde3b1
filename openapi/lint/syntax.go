package lint

import (
	"regexp/syntax"
	"strings"
)

// syntax judges text by a type of the table.
func (c *checker) syntax(v *value, s, kind string) {
	ok, want := true, ""
	switch kind {
	case "uri":
		ok, want = c.isFormat("uri-reference", s), "a URI or a relative reference"
	case "self":
		ok, want = c.isFormat("uri-reference", s) && !strings.Contains(s, "#"), "a URI or a relative reference without a fragment"
	case "id":
		s = strings.TrimSuffix(s, "#")
		ok, want = c.isFormat("uri-reference", s) && !strings.Contains(s, "#"), "a URI or a relative reference without a fragment"
	case "absolute":
		ok, want = c.isFormat("uri", s), "a URI that is not relative"
	case "email":
		ok, want = c.isFormat("email", s), "an email address"
	case "anchor":
		ok, want = isAnchor(s), "a letter or an underscore, then letters, digits, hyphens, dots and underscores"
	case "template":
		ok, want = s != "" && !strings.ContainsAny(s, "{}"), "a name without braces"
	case "regexp":
		c.regexp(v, s)
	}
	if !ok {
		c.add("member-syntax", v, "is %s, want %s", v.show(), want)
	}
}

func (c *checker) isFormat(name, s string) bool { return c.formats[name].String(s) }

// isAnchor reports whether s is the name of an anchor.
//
// Source: JSON Schema 2020-12, Core section 8.2.2.
func isAnchor(s string) bool {
	for i := range len(s) {
		b := s[i]
		if !isLetter(b) && b != '_' && (i == 0 || !isDigit(b) && b != '-' && b != '.') {
			return false
		}
	}
	return s != ""
}

// regexp judges a pattern. JSON Schema wants the syntax of ECMA-262, of which RE2 is about a part:
// what RE2 does not read is wrong only if it is one of the mistakes that both refuse.
//
// Source: JSON Schema 2020-12, Core section 6.4; ECMA-262, section 22.2.1.
func (c *checker) regexp(v *value, s string) {
	_, err := syntax.Parse(s, syntax.Perl)
	if err == nil {
		return
	}
	problem, _ := err.(*syntax.Error) //nolint:errorlint // Parse documents this type
	emptyClass := strings.Contains(s, "[]") || strings.Contains(s, "[^]")
	switch problem.Code {
	case syntax.ErrMissingBracket, syntax.ErrMissingParen, syntax.ErrUnexpectedParen, syntax.ErrInvalidCharRange,
		syntax.ErrMissingRepeatArgument, syntax.ErrTrailingBackslash, syntax.ErrInvalidRepeatOp:
		if !emptyClass {
			c.add("pattern-syntax", v, "is no regular expression: %s", problem.Code)
			return
		}
	}
	c.add("pattern-portable", v, "is not read everywhere: %s in RE2, which has no look-around and no backreferences", problem.Code)
}

// isMediaType reports whether s is a media type or a range of them, with parameters or without.
//
// Source: RFC 9110, sections 8.3.1 and 12.5.1.
func isMediaType(s string) bool {
	essence, parameters, more := strings.Cut(s, ";")
	kind, subtype, ok := strings.Cut(strings.TrimRight(essence, " \t"), "/")
	if !ok || !isToken(kind) || !isToken(subtype) || kind == "*" && subtype != "*" {
		return false
	}
	for more {
		var name string
		name, parameters, more = cutParameter(parameters)
		name = strings.Trim(name, " \t")
		if name == "" {
			continue
		}
		name, value, ok := strings.Cut(name, "=")
		if !ok || !isToken(name) || !isToken(value) && !isQuoted(value) {
			return false
		}
	}
	return true
}

// cutParameter cuts s at the first semicolon outside of quotes.
func cutParameter(s string) (parameter, rest string, found bool) {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == '\\' && quoted:
			i++
		case s[i] == ';' && !quoted:
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

func isQuoted(s string) bool {
	return len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"'
}

// isToken reports whether s is a token.
//
// Source: RFC 9110, section 5.6.2.
func isToken(s string) bool {
	for i := range len(s) {
		if !isLetter(s[i]) && !isDigit(s[i]) && strings.IndexByte("!#$%&'*+-.^_`|~", s[i]) < 0 {
			return false
		}
	}
	return s != ""
}
