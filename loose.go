package tenon

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"mime"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/transport"
)

// unescapeLoose undoes the escapes of a query or a form, and leaves a percent sign that
// begins none. Bytes that are not UTF-8 become U+FFFD.
func unescapeLoose(s string) string {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch high, low := hexAt(s, i+1), hexAt(s, i+2); {
		case s[i] == '+':
			out = append(out, ' ')
		case s[i] == '%' && high >= 0 && low >= 0:
			out = append(out, byte(high<<4|low))
			i += 2
		default:
			out = append(out, s[i])
		}
	}
	return string(bytes.ToValidUTF8(out, []byte("\uFFFD")))
}

// hexAt returns the value of the hexadecimal digit at s[i], or -1.
func hexAt(s string, i int) int {
	if i >= len(s) {
		return -1
	}
	switch c := s[i]; {
	case c-'0' <= 9:
		return int(c - '0')
	case c|0x20-'a' < 6:
		return int(c|0x20-'a') + 10
	}
	return -1
}

// pathLoose is the path of a target in which an encoded slash separates, as in servers that
// decode it as a whole, and a percent sign that begins no escape stands for itself.
func pathLoose(path string) string {
	if strings.IndexByte(path, '%') < 0 {
		return path
	}
	out := make([]byte, 0, len(path))
	for i := 0; i < len(path); i++ {
		switch {
		case path[i] != '%':
			out = append(out, path[i])
		case hexAt(path, i+1) < 0 || hexAt(path, i+2) < 0:
			out = append(out, "%25"...)
		case strings.EqualFold(path[i:i+3], "%2F"):
			out = append(out, '/')
			i += 2
		default:
			out = append(out, '%')
		}
	}
	return string(out)
}

// unescape undoes the escapes of a name or value, and reports whether they are well-formed.
func (c *call) unescape(s string) (string, bool) {
	text, ok := unescape(s)
	if c.op.app.cfg.Loose && (!ok || !utf8.ValidString(text)) {
		return unescapeLoose(s), true
	}
	return text, ok
}

// readLoose is readBody for a body whose media type is not checked: JSON of another type is
// a text, and a form of another type is empty.
func (c *call) readLoose(b *body) ([]byte, *problem.Error) {
	name, params, err := mime.ParseMediaType(c.x.Header("Content-Type"))
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
		name = ""
	}
	if c.op.rest.hasForm() && name == multipartType {
		if params["boundary"] == "" {
			p := *errMalformedForm
			p.Detail = "Missing boundary in multipart."
			return nil, &p
		}
		return nil, nil // it is read part by part
	}
	body, err := c.x.Body(c.op.limits.BodyBytes)
	switch {
	case errors.Is(err, transport.ErrTooLarge):
		return nil, errBodyTooLarge
	case err != nil:
		return nil, errUnreadableBody.With(err)
	case c.op.rest.hasForm() && name == formType:
		return body, nil
	case c.op.rest.hasForm(), len(body) == 0:
		return nil, nil
	case name != jsonType && !isKindOfJSON(name) && b.several: // there is nothing to take them from
		return nil, nil
	case name != jsonType && !isKindOfJSON(name):
		text, _ := json.Marshal(strings.ToValidUTF8(string(body), "\uFFFD")) // of a string: it cannot fail
		return text, nil
	}
	body = bytes.TrimPrefix(body, []byte("\uFEFF"))
	if !utf8.Valid(body) {
		return nil, errUnreadableBody
	}
	if text := bytes.TrimSpace(body); string(text) == "null" {
		return nil, nil
	}
	return body, nil
}

// parseLoose collects what the form of the request has for r, in whichever encoding it came.
func (c *call) parseLoose(r *reading) *problem.Error {
	name, _, _ := mime.ParseMediaType(c.x.Header("Content-Type"))
	if name == multipartType && c.sent == nil && !c.handled {
		if p := c.readForm(&c.op.rest); p != nil {
			return p
		}
	}
	take := func(name, value string) {
		c.pick(r, &r.form, "body", name, value)
		if slices.ContainsFunc(r.files, func(f fileField) bool { return f.name == name }) {
			c.inPlace = append(c.inPlace, named{"body", name, value})
		}
	}
	if c.sent == nil {
		eachPair(string(c.body), take)
		return nil
	}
	for _, t := range c.sent.texts {
		take(t.name, t.value)
	}
	return nil
}

// given returns what a source has, as the JSON object that it stands for.
func (c *call) given(source string, r *reading) []byte {
	object := make(map[string]any)
	add := func(name, value string) {
		i := slices.IndexFunc(r.params, func(p param) bool { return p.source == source && strings.EqualFold(p.name, name) })
		switch before := object[name].(type) {
		case nil:
			object[name] = value
			if i >= 0 && r.params[i].list {
				object[name] = []string{value}
			}
		case []string:
			object[name] = append(before, value)
		case string:
			switch {
			case i < 0 && source != "cookie":
				object[name] = []string{before, value}
			case source != "header": // where the first counts
				object[name] = value
			}
		}
	}
	switch source {
	case "query":
		eachPair(c.x.Query(), add)
	case "form":
		if c.sent == nil {
			eachPair(string(c.body), add)
			break
		}
		for _, t := range c.sent.texts {
			add(t.name, t.value)
		}
	case "cookie":
		c.eachCookie(add)
	case "header":
		add("host", c.x.Host())
		for name, values := range c.x.Request().Header {
			for _, value := range values {
				add(strings.ToLower(name), value)
			}
		}
	}
	for _, p := range r.params {
		if name := strings.ToLower(p.name); p.source == source && p.list && !p.field.Required() {
			if source != "header" {
				name = p.name
			}
			if object[name] == nil {
				object[name] = []string{}
			}
		}
	}
	text, _ := json.Marshal(object) // of texts: it cannot fail
	return text
}

// eachPair calls yield with the names and values of a query or an urlencoded form.
func eachPair(text string, yield func(name, value string)) {
	for part := range strings.SplitSeq(text, "&") {
		if name, value, _ := strings.Cut(part, "="); part != "" {
			yield(unescapeLoose(name), unescapeLoose(value))
		}
	}
}

// fileExpected is the type of the issue of a text in place of a file.
const fileExpected = "file_expected"

// textInPlace adds the issue of a text that was given for the file f, and reports whether
// there was one.
func (c *call) textInPlace(f *fileField) (found bool) {
	for i, t := range c.inPlace {
		switch {
		case t.name != f.name || t.value == "" && f.typ.Kind() != reflect.Slice:
		case f.typ.Kind() == reflect.Slice:
			c.d.Bad(fileExpected, "Input should be a file", t.value, "body", f.name, i)
			found = true
		case !slices.ContainsFunc(c.inPlace[i+1:], func(o named) bool { return o.name == f.name }): // the last counts
			c.d.Bad(fileExpected, "Input should be a file", t.value, "body", f.name)
			found = true
		}
	}
	return found
}

// fillSeveral is fill for a body whose members are values of their own: one that is null was
// not given, and all are missing in what is no object, those with a default too.
func (c *call) fillSeveral(b *body, v any, text []byte) {
	trimmed := bytes.TrimLeft(text, " \t\r\n")
	switch {
	case len(text) == 0:
		text = []byte("{}")
	case len(trimmed) > 0 && trimmed[0] != '{' && json.Valid(text):
		for _, name := range b.members {
			c.d.Add("missing", "Field required", "body", name)
		}
		return
	}
	var members map[string]json.RawMessage
	if bytes.Contains(text, []byte("null")) && json.Unmarshal(text, &members) == nil {
		maps.DeleteFunc(members, func(_ string, v json.RawMessage) bool { return string(v) == "null" })
		text, _ = json.Marshal(members) // of texts that were JSON: it cannot fail
	}
	before := c.d.Issues()
	b.field.JSON(&c.d, v, text)
	b.field.MissingIn(&c.d, before, []byte("null"))
}
