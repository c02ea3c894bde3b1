package tenon

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/stream"
)

// A content is one form that the body of an answer has.
type content struct {
	status int             // of the answers that have it; 0 for all
	types  []string        // media types as they are sent; the first counts when a client says nothing
	field  *schema.Field   // of a JSON value, nil for text that is sent as it is
	json   bool            // it has no other form
	index  []int           // of the field in the output, nil for the output itself
	ref    func(v any) any // returns the address of the field, or the pointer that it is; nil for an output that is the body, and for streams
	stream *stream.Plan    // of one that is sent piece by piece
	typ    reflect.Type    // of the field, or what it points to if there is a status
}

// An appender is a type that has other forms than JSON.
type appender interface {
	AppendAs(dst []byte, mediaType string) ([]byte, error)
}

// contentOf compiles the body of type t, which index leads to from the output and which has
// the media types of the tag content.
func (out *output) contentOf(set *schema.Set, t reflect.Type, index []int, tag string) (b content, err error) {
	b = content{index: index, typ: t, types: []string{jsonType}}
	if tag != "" {
		if b.types, err = mediaTypes(tag); err != nil {
			return b, err
		}
	}
	if b.stream, err = streamOf(set, t, b.types[0]); b.stream != nil || err != nil {
		if tag == "" && b.stream != nil {
			b.types = []string{b.stream.MediaType}
		}
		if len(b.types) > 1 || tag == "" && t == readerType {
			err = fmt.Errorf("tag content:%q: a %s has one media type", tag, t)
		}
		return b, err
	}
	b.json = !slices.ContainsFunc(b.types, func(t string) bool { return !isJSON(t) })
	var slot *schema.Field
	if index != nil {
		if slot, err = printed(set, out.typ, index); err != nil {
			return b, err
		}
		b.ref = slot.Refs()
	}
	if !b.json && (t == reflect.TypeFor[string]() || t == reflect.TypeFor[[]byte]()) {
		if len(b.types) > 1 {
			return b, fmt.Errorf("tag content:%q: a %s has one media type", tag, t)
		}
		return b, nil
	}
	if !b.json && !t.Implements(reflect.TypeFor[appender]()) {
		return b, fmt.Errorf("tag content:%q: a %s is sent as JSON: want a string, a []byte, or a type with AppendAs(dst []byte, mediaType string) ([]byte, error)", tag, t)
	}
	if b.field = slot; slot == nil || t != slot.Type() {
		b.field, err = printed(set, t, nil)
	}
	return b, err
}

var readerType = reflect.TypeFor[io.Reader]()

// streamOf returns how bodies of a type are sent piece by piece, nil if they are sent whole.
func streamOf(set *schema.Set, t reflect.Type, mediaType string) (*stream.Plan, error) {
	if t == readerType {
		return stream.Reader(mediaType), nil
	}
	if !t.Implements(reflect.TypeFor[stream.Body]()) || t.Kind() == reflect.Interface || t.Kind() == reflect.Pointer {
		return nil, nil
	}
	return reflect.Zero(t).Interface().(stream.Body).Stream(set)
}

// mediaTypes reads the tag content. Text without a charset is UTF-8.
func mediaTypes(tag string) ([]string, error) {
	var list []string
	for s := range strings.SplitSeq(tag, ",") {
		name, params, err := mime.ParseMediaType(s)
		if err != nil || strings.Count(name, "/") != 1 || strings.Contains(name, "*") {
			return nil, fmt.Errorf("tag content:%q: want media types separated by commas", tag)
		}
		if slices.ContainsFunc(list, func(t string) bool { return bare(t) == name }) {
			return nil, fmt.Errorf("tag content:%q: lists %s twice", tag, name)
		}
		if strings.HasPrefix(name, "text/") && params["charset"] == "" {
			params["charset"] = "utf-8"
		}
		list = append(list, mime.FormatMediaType(name, params))
	}
	return list, nil
}

// bare returns a media type without parameters.
func bare(mediaType string) string {
	name, _, _ := strings.Cut(mediaType, ";")
	return name
}

// isJSON reports whether a media type is JSON.
func isJSON(mediaType string) bool {
	name := bare(mediaType)
	return name == jsonType || strings.HasSuffix(name, "+json")
}

// slot returns the field for the body in v, a pointer to the output. It is for clients and for streams.
func (b *content) slot(v any) reflect.Value {
	slot := reflect.ValueOf(v).Elem()
	if b.index == nil {
		return slot
	}
	return slot.FieldByIndex(b.index)
}

// mayLack reports whether answers with a status are sent without the body where it is absent.
func (b *content) mayLack(status int) bool {
	return status >= 300 && b.field != nil && b.field.MayBeAbsent()
}

// append appends the body in v as the media type number i.
func (b *content) append(dst []byte, v any, i int) ([]byte, error) {
	if b.stream != nil {
		return dst, nil
	}
	if b.json && b.status == 0 {
		return b.field.AppendJSON(dst, v)
	}
	start, value := len(dst), b.ref(v)
	if b.field != nil && isJSON(b.types[i]) {
		if b.status != 0 { // whose plan is that of the body alone
			v = value
		}
		return b.field.AppendJSON(dst, v)
	}
	switch value := value.(type) {
	case appender:
		var err error
		if dst, err = value.AppendAs(dst, bare(b.types[i])); err != nil {
			return dst, err
		}
	case *string:
		dst = append(dst, *value...)
	case *[]byte:
		dst = append(dst, *value...)
	}
	if strings.HasSuffix(b.types[i], "charset=utf-8") && !utf8.Valid(dst[start:]) {
		return dst, errors.New("text is not valid UTF-8")
	}
	return dst, nil
}

// read sets the body in v to what an answer of a type has: one that another side has made if
// foreign says so.
func (b *content) read(d *schema.Decoder, v any, mediaType string, body []byte, foreign bool) error {
	value := b.slot(v)
	if b.status != 0 {
		value.Set(reflect.New(b.typ))
		v, value = value.Interface(), value.Elem()
	}
	switch {
	case b.stream != nil:
	case b.field != nil && len(body) == 0 && b.field.IsAbsent(v):
	case b.field != nil && (mediaType == "" || isJSON(mediaType)):
		if foreign {
			b.field.JSON(d, v, body)
		} else {
			b.field.JSONBack(d, v, body)
		}
	case b.field != nil:
		return fmt.Errorf("tenon: the answer is %s, which is not read into a %s", bare(mediaType), b.typ)
	case b.typ.Kind() == reflect.String:
		value.SetString(string(body))
	default:
		value.SetBytes(slices.Clone(body))
	}
	return nil
}

// describe returns the forms of the body as the document shows them.
func (b *content) describe(schemas *schema.Schemas, of func(*schema.Field) *openapi.Schema) map[string]*openapi.MediaType {
	forms := make(map[string]*openapi.MediaType)
	for _, t := range b.types {
		m := new(openapi.MediaType)
		switch {
		case b.stream != nil && b.stream.Item != nil:
			m.ItemSchema = b.stream.Item(schemas)
		case b.stream != nil:
		case b.field != nil && isJSON(t):
			m.Schema = of(b.field)
		case strings.HasPrefix(t, "text/"):
			m.Schema = &openapi.Schema{Type: openapi.Types{"string"}}
		}
		forms[bare(t)] = m
	}
	return forms
}

// choose sets the status of the answer v and which body it has.
func (c *call) choose(v any) error {
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
	c.form = nil
	switch {
	case len(out.bodies) == 0:
		return nil
	case !out.chosen():
		if b := &out.bodies[0]; c.status < 300 || b.field == nil || !b.field.IsAbsent(v) {
			c.form = b
		}
		return nil
	}
	for i := range out.bodies {
		b := &out.bodies[i]
		if b.ref(v) == nil {
			continue
		}
		if c.form != nil {
			return fmt.Errorf("the handler answered two bodies, those of the statuses %d and %d", c.form.status, b.status)
		}
		c.form, c.status = b, b.status
	}
	if c.form == nil {
		return fmt.Errorf("the handler answered no body: want one of those of the statuses %s", join(out.statuses))
	}
	return nil
}

// declareBody adds a body that answers with one status have.
func (out *output) declareBody(b content, code string) (err error) {
	if b.status, err = strconv.Atoi(code); err != nil {
		return fmt.Errorf("tag status:%q: want the one status that has this body", code)
	}
	switch {
	case b.stream != nil:
		return errors.New("a streamed body is the only one")
	case len(b.types) > 1:
		return errors.New("one of several bodies has one media type")
	case slices.Contains(out.statuses, b.status):
		return fmt.Errorf("the status %d is declared twice", b.status)
	}
	out.statuses, out.bodies = append(out.statuses, b.status), append(out.bodies, b)
	return nil
}
