package tenon

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/tenonapi/tenon/schema"
)

// output is the compiled answer of an operation. A type with a status or header
// tag is an envelope, whose field Body is the body; any other type is the body.
type output struct {
	typ      reflect.Type
	statuses []int         // that the answer may have, the default first
	status   *schema.Field // an int that chooses one of them, nil for none
	headers  []outHeader
	more     *schema.Field // an http.Header with any others, nil for none
	body     *schema.Field // nil for no body
	tagged   bool          // a status tag was read
}

type outHeader struct {
	name  string // canonical
	field *schema.Field
}

// compileOutput reads the fields of t. statuses are those of the option Status.
func compileOutput(set *schema.Set, t reflect.Type, statuses []int) (*output, error) {
	out := &output{typ: t}
	var errs []error
	switch {
	case t.Kind() == reflect.Pointer && isEnvelope(t.Elem()):
		return out, fmt.Errorf("answer %s: return the envelope, not a pointer to it", t)
	case isEnvelope(t):
		errs = out.fields(set, t, nil)
	default:
		field, err := printed(set, t, nil)
		out.body, errs = field, append(errs, err)
	}
	if len(out.statuses) > 0 && len(statuses) > 0 {
		errs = append(errs, fmt.Errorf("option Status%v has no effect: %s has the tag status:%q", statuses, typeName(t), join(out.statuses)))
	}
	if len(out.statuses) == 0 {
		out.statuses = statuses
	}
	if len(out.statuses) == 0 {
		out.statuses = []int{http.StatusOK}
	}
	if len(out.statuses) > 1 && out.status == nil {
		errs = append(errs, fmt.Errorf("statuses %v: %s has no field that chooses one, such as Reply has", out.statuses, typeName(t)))
	}
	for _, code := range out.statuses {
		switch {
		case code < 200 || code > 399:
			errs = append(errs, fmt.Errorf("status %d: want one from 200 to 399, errors have options of their own", code))
		case !hasContent(code) && out.body != nil:
			errs = append(errs, fmt.Errorf("status %d has no body, but %s has one: use NoContent", code, typeName(t)))
		}
	}
	return out, errors.Join(errs...)
}

// hasContent reports whether an answer with a status may have a body.
// Source: RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5.
func hasContent(status int) bool {
	return status != http.StatusNoContent && status != http.StatusResetContent && status != http.StatusNotModified
}

func join(codes []int) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(codes), " ", ","), "[]")
}

// printed compiles a field of an answer.
func printed(set *schema.Set, t reflect.Type, index []int) (*schema.Field, error) {
	f, err := set.Field(t, index)
	if err != nil {
		return nil, err
	}
	return f, f.Output()
}

func isEnvelope(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	for i := range t.NumField() {
		f := t.Field(i)
		for _, tag := range []string{"status", "header", "cookie"} {
			if _, ok := f.Tag.Lookup(tag); ok {
				return true
			}
		}
		if f.Anonymous && isEnvelope(f.Type) {
			return true
		}
	}
	return false
}

func (out *output) fields(set *schema.Set, t reflect.Type, index []int) (errs []error) {
	for i := range t.NumField() {
		f := t.Field(i)
		at := append(slices.Clone(index), i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct {
			errs = append(errs, out.fields(set, f.Type, at)...)
			continue
		}
		if err := out.field(set, f, at); err != nil {
			errs = append(errs, fmt.Errorf("%s.%s: %w", typeName(t), f.Name, err))
		}
	}
	return errs
}

func (out *output) field(set *schema.Set, f reflect.StructField, index []int) (err error) {
	codes, isStatus := f.Tag.Lookup("status")
	header, isHeader := f.Tag.Lookup("header")
	switch {
	case isStatus && out.tagged:
		return errors.New("is the second field with a status tag")
	case isStatus && f.Name == "_":
		return out.declare(codes)
	case isStatus && f.Type == reflect.TypeFor[int]():
		out.status, err = printed(set, out.typ, index)
		return errors.Join(err, out.declare(codes))
	case isStatus:
		return errors.New("a status is an int, or struct{} with the name _ for a fixed one")
	case isHeader && header == "*" && f.Type == reflect.TypeFor[http.Header]():
		out.more, err = printed(set, out.typ, index)
		return err
	case isHeader && isToken(header) && header != "*" && f.IsExported():
		name := http.CanonicalHeaderKey(header)
		if name == "Content-Type" || name == "Content-Length" {
			return fmt.Errorf("tag header:%q: the body decides it", header)
		}
		if slices.ContainsFunc(out.headers, func(h outHeader) bool { return h.name == name }) {
			return fmt.Errorf("the header %q is declared twice", name)
		}
		field, err := printed(set, out.typ, index)
		out.headers = append(out.headers, outHeader{name, field})
		return err
	case isHeader:
		return fmt.Errorf("tag header:%q: want the name of a header on an exported field, or * on an http.Header", header)
	case f.Name == "Body" && out.body != nil:
		return errors.New("the answer has two fields Body")
	case f.Name == "Body":
		out.body, err = printed(set, out.typ, index)
		return err
	}
	return errors.New("no part of the answer: want a status or header tag, or the name Body")
}

// declare reads a list of statuses; an empty one leaves those of the option Status.
func (out *output) declare(codes string) error {
	out.tagged = true
	if codes == "" {
		return nil
	}
	for s := range strings.SplitSeq(codes, ",") {
		code, err := strconv.Atoi(s)
		if err != nil {
			return fmt.Errorf("tag status:%q: want statuses separated by commas", codes)
		}
		out.statuses = append(out.statuses, code)
	}
	return nil
}

// encode encodes the answer v, a pointer to the output. Nothing is set on the
// exchange before [call.send].
func (c *call) encode(v any) error {
	out := c.op.output
	c.status = out.statuses[0]
	if out.status != nil {
		if chosen := *schema.At[int](out.status, v); chosen != 0 {
			if !slices.Contains(out.statuses, chosen) {
				return fmt.Errorf("the handler answered the status %d, which is not declared", chosen)
			}
			c.status = chosen
		}
	}
	if c.buf = c.buf[:0]; out.body != nil {
		var err error
		if c.buf, err = out.body.AppendJSON(c.buf, v); err != nil {
			return fmt.Errorf("encode the answer: %w", err)
		}
	}
	c.texts, c.ends = c.texts[:0], c.ends[:0]
	for i := range out.headers {
		var err error
		if c.texts, err = out.headers[i].field.AppendTexts(c.texts, v); err != nil {
			return fmt.Errorf("encode the header %s: %w", out.headers[i].name, err)
		}
		c.ends = append(c.ends, len(c.texts))
	}
	c.out, c.answered = v, true
	return nil
}

// headers calls yield with each header of the encoded answer.
func (c *call) headers(yield func(canonical, value string)) {
	out, start := c.op.output, 0
	for i, end := range c.ends {
		for _, text := range c.texts[start:end] {
			if text != "" {
				yield(out.headers[i].name, text)
			}
		}
		start = end
	}
	if out.more != nil {
		for name, values := range *schema.At[http.Header](out.more, c.out) {
			for _, value := range values {
				yield(http.CanonicalHeaderKey(name), value)
			}
		}
	}
}

// contentType is the media type of the encoded answer, "" for one without a body.
func (out *output) contentType() string {
	if out.body == nil {
		return ""
	}
	return "application/json"
}

// encoded returns the encoded answer.
func (c *call) encoded() *Answer {
	a := &Answer{Status: c.status, Header: make(http.Header), Body: c.buf}
	c.headers(a.Header.Add)
	if t := c.op.output.contentType(); t != "" {
		a.Header.Set("Content-Type", t)
	}
	return a
}

// send sends the answer that was encoded, or given in its place.
func (c *call) send() {
	if c.reply == nil {
		c.headers(c.x.AddHeader)
		c.x.Send(c.status, c.op.output.contentType(), c.buf)
		return
	}
	for name, values := range c.reply.Header {
		if name = http.CanonicalHeaderKey(name); name == "Content-Type" || name == "Content-Length" {
			continue
		}
		for _, value := range values {
			c.x.AddHeader(name, value)
		}
	}
	c.x.Send(c.reply.Status, c.reply.contentType(), c.reply.Body)
}

// forgetAnswer makes room for another answer.
func (c *call) forgetAnswer() { c.out, c.reply, c.answered = nil, nil, false }
