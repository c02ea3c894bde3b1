package tenon

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/stream"
)

// output is the compiled answer of an operation. A type with a status or header
// tag is an envelope, whose field Body is the body; any other type is the body.
type output struct {
	typ      reflect.Type
	statuses []int         // that the answer may have, the default first
	status   *schema.Field // an int that chooses one of them, nil for none
	headers  []outHeader
	cookies  []outCookie
	more     *schema.Field // an http.Header with any others, nil for none
	bodies   []content     // one for all statuses, or one for each of some
	tagged   bool          // a status tag was read
}

type outHeader struct {
	name  string // canonical
	field *schema.Field
	hosts []string // where a Location may lead besides the own site
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
		body, err := out.contentOf(set, t, nil, "")
		out.bodies, errs = []content{body}, append(errs, err)
	}
	if out.status != nil && len(statuses) > 0 && !slices.ContainsFunc(statuses, func(code int) bool { return !slices.Contains(out.statuses, code) }) {
		out.statuses = nil // those that the operation uses
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
	if len(out.statuses) > 1 && out.status == nil && !out.chosen() {
		errs = append(errs, fmt.Errorf("statuses %v: %s has no field that chooses one, such as Reply has", out.statuses, typeName(t)))
	}
	for _, code := range out.statuses {
		switch {
		case code < 200 || code > 399:
			errs = append(errs, fmt.Errorf("status %d: want one from 200 to 399, errors have options of their own", code))
		case !hasContent(code) && out.body(code) != nil:
			errs = append(errs, fmt.Errorf("status %d has no body, but %s has one: use NoContent", code, typeName(t)))
		}
	}
	return out, errors.Join(errs...)
}

// chosen reports whether the body that is given decides the status.
func (out *output) chosen() bool { return len(out.bodies) > 0 && out.bodies[0].status != 0 }

// body returns the body of answers with a status, nil for none.
func (out *output) body(status int) *content {
	for i := range out.bodies {
		if b := &out.bodies[i]; b.status == 0 || b.status == status {
			return b
		}
	}
	return nil
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
		for _, tag := range []string{"status", "header", "cookie", "content"} {
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
	_, isHeader := f.Tag.Lookup("header")
	_, isCookie := f.Tag.Lookup("cookie")
	fixed := isStatus && f.Name == "_"
	switch {
	case isStatus && !fixed && f.Type.Kind() == reflect.Pointer:
		return out.bodyField(set, f, index)
	case isStatus && out.tagged:
		return errors.New("is the second field with a status tag")
	case fixed:
		return out.declare(codes)
	case isStatus && f.Type == reflect.TypeFor[int]():
		out.status, err = printed(set, out.typ, index)
		return errors.Join(err, out.declare(codes))
	case isStatus:
		return errors.New("a status is an int, or struct{} with the name _ for a fixed one; a body of one status is a pointer")
	case isHeader:
		return out.header(set, f, index)
	case isCookie:
		return out.cookie(f, index)
	case f.Name == "Body":
		return out.bodyField(set, f, index)
	}
	return errors.New("no part of the answer: want a status, header or cookie tag, or the name Body")
}

// bodyField adds a field that is the body, or one of several.
func (out *output) bodyField(set *schema.Set, f reflect.StructField, index []int) error {
	code, several := f.Tag.Lookup("status")
	switch {
	case several && out.tagged:
		return errors.New("a body decides the status, and so does another field")
	case len(out.bodies) > 0 && !(several && out.chosen()):
		return errors.New("the answer has two fields Body")
	case !f.IsExported():
		return errors.New("a body needs an exported field")
	}
	t := f.Type
	if several {
		t = t.Elem()
	}
	b, err := out.contentOf(set, t, index, f.Tag.Get("content"))
	if err != nil {
		return err
	}
	if several {
		return out.declareBody(b, code)
	}
	out.bodies = []content{b}
	return nil
}

func (out *output) header(set *schema.Set, f reflect.StructField, index []int) (err error) {
	tag := f.Tag.Get("header")
	name := http.CanonicalHeaderKey(tag)
	switch {
	case tag == "*" && f.Type == reflect.TypeFor[http.Header]():
		out.more, err = printed(set, out.typ, index)
		return err
	case tag == "*" || !isToken(tag) || !f.IsExported():
		return fmt.Errorf("tag header:%q: want the name of a header on an exported field, or * on an http.Header", tag)
	case name == "Content-Type" || name == "Content-Length":
		return fmt.Errorf("tag header:%q: the body decides it", tag)
	case name == "Set-Cookie":
		return fmt.Errorf("tag header:%q: use the tag cookie on an http.Cookie", tag)
	case slices.ContainsFunc(out.headers, func(h outHeader) bool { return h.name == name }):
		return fmt.Errorf("the header %q is declared twice", name)
	}
	h := outHeader{name: name}
	if hosts, ok := f.Tag.Lookup("hosts"); ok {
		if name != "Location" {
			return errors.New("the tag hosts is for the header Location")
		}
		h.hosts = strings.Split(hosts, ",")
	}
	h.field, err = printed(set, out.typ, index)
	out.headers = append(out.headers, h)
	return err
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
func (c *call) encode(v any) (err error) {
	out := c.op.output
	c.out = v
	if err := c.choose(v); err != nil {
		return err
	}
	if c.buf = c.buf[:0]; c.form != nil {
		if c.buf, err = c.form.append(c.buf, v, c.accepted); err != nil {
			return fmt.Errorf("encode the answer: %w", err)
		}
	}
	c.texts, c.ends, c.cookies = c.texts[:0], c.ends[:0], c.cookies[:0]
	for i := range out.headers {
		h := &out.headers[i]
		if c.texts, err = h.field.AppendTexts(c.texts, v); err != nil {
			return fmt.Errorf("encode the header %s: %w", h.name, err)
		}
		c.ends = append(c.ends, len(c.texts))
	}
	for i := range out.cookies {
		text, err := out.cookies[i].set(v)
		if err != nil {
			return err
		}
		if text != "" {
			c.cookies = append(c.cookies, text)
		}
	}
	if c.status >= 300 && hasContent(c.status) {
		err = c.checkRedirect()
	}
	c.answered = err == nil
	return err
}

// checkRedirect returns an error for a redirect that leads where it must not.
func (c *call) checkRedirect() (err error) {
	var hosts []string
	for _, h := range c.op.output.headers {
		hosts = append(hosts, h.hosts...)
	}
	given := false
	c.headers(func(name, value string) {
		if name == "Location" && err == nil {
			given, err = true, checkLocation(value, hosts)
		}
	})
	if err == nil && !given {
		err = fmt.Errorf("the handler answered the status %d without a Location", c.status)
	}
	return err
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
	for _, text := range c.cookies {
		yield("Set-Cookie", text)
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
func (c *call) contentType() string {
	if c.form == nil {
		return ""
	}
	return c.form.types[c.accepted]
}

// encoded returns the encoded answer.
func (c *call) encoded() *Answer {
	a := &Answer{Status: c.status, Header: make(http.Header), Body: c.buf}
	c.headers(a.Header.Add)
	if t := c.contentType(); t != "" {
		a.Header.Set("Content-Type", t)
	}
	return a
}

// send sends the answer that was encoded, or given in its place. It returns why a streamed
// one could not be sent to its end.
func (c *call) send(ctx context.Context) error {
	if c.reply == nil && c.form != nil && c.form.stream != nil {
		if c.form.stream.Serve != nil {
			return c.serveBody()
		}
		return c.sendPieces(ctx)
	}
	if c.reply == nil {
		c.headers(c.x.AddHeader)
		c.x.Send(c.status, c.contentType(), c.buf)
		return nil
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
	return nil
}

// streams reports whether an answer is sent piece by piece.
func (out *output) streams() bool { return len(out.bodies) == 1 && out.bodies[0].stream != nil }

// forgetAnswer makes room for another answer.
func (c *call) forgetAnswer() {
	if c.out != nil && c.form != nil && c.form.stream != nil {
		stream.Close(c.form.slot(c.out).Interface())
	}
	c.out, c.reply, c.form, c.answered = nil, nil, nil, false
}
