package tenon

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"sync"

	"github.com/tenonapi/tenon/internal/route"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/transport"
)

// operation is an operation as it was registered and, after compile, all that
// is needed to run it. It knows no transport.
type operation struct {
	Operation
	router  *Router
	opts    placed
	site    string // file and line of the registration
	in, out reflect.Type
	run     func(*call) // decodes, calls the handler, answers

	app     *App // nil until New has returned
	path    *route.Template
	input   *input
	output  *output
	errors  []mapping // that the operation may answer, innermost first
	scope   []mapping // all that are known where it is registered
	doc     Doc
	tags    []string
	limits  Limits
	handler http.Handler // with the middleware of its routers, nil without
}

// A call is one run of an operation.
type call struct {
	op    *operation
	x     transport.Exchange
	d     schema.Decoder
	buf   []byte   // the encoded answer
	texts []string // values of one parameter, or of the headers of the answer
	ends  []int    // where those of each header end
	pairs []pair   // of the query or of cookies
}

// A pair is a value together with the parameter that it is for.
type pair struct {
	param int
	value string
}

var calls = sync.Pool{New: func() any { return new(call) }}

// What is larger is not kept for reuse.
const (
	maxKept      = 64 << 10 // bytes of an answer
	maxKeptItems = 64       // values of a request
)

// serve answers x.
func (op *operation) serve(x transport.Exchange) {
	c := calls.Get().(*call)
	c.op, c.x = op, x
	defer func() {
		if v := recover(); v != nil {
			op.app.recovered(x, op.Path, v) // c is lost: who knows what state it is in
			return
		}
		c.free()
	}()
	op.run(c)
}

// free gives c back for reuse. It keeps nothing of the request.
func (c *call) free() {
	c.op, c.x = nil, nil
	c.d.Reset(nil, 0)
	c.texts, c.pairs = emptied(c.texts), emptied(c.pairs)
	if cap(c.buf) > maxKept {
		c.buf = nil
	}
	calls.Put(c)
}

// emptied returns s without elements, also behind its length.
func emptied[T any](s []T) []T {
	if cap(s) > maxKeptItems {
		return nil
	}
	clear(s[:cap(s)])
	return s[:0]
}

// fail answers the error of a handler.
func (c *call) fail(err error) {
	if errors.Is(err, context.Canceled) && c.x.Context().Err() != nil {
		c.reject(errCanceled.With(err))
		return
	}
	c.op.app.answer(c.x, c.op.Path, c.op.problemOf(err))
}

// reject answers an error of the framework.
func (c *call) reject(p *problem.Error) bool {
	c.op.app.answer(c.x, c.op.Path, p)
	return false
}

// decode fills v, a pointer to the input, from the request. When it cannot, it
// answers with everything that is wrong and returns false.
func (c *call) decode(v any) bool {
	in := c.op.input
	var body []byte
	if in.body != nil {
		var p *problem.Error
		if body, p = c.readBody(); p != nil {
			return c.reject(p)
		}
	}
	d := &c.d
	d.Reset(c.op.app.set, len(body)+len(c.x.Query()))
	if c.x.Query() != "" && !c.parseQuery() {
		return c.reject(errMalformedTarget)
	}
	if len(in.cookies) > 0 {
		c.parseCookies()
	}
	status := 0
	for i := range in.params {
		p := &in.params[i]
		failed := d.Issues()
		c.bind(p, i, v)
		if d.Issues() > failed && status == 0 {
			status = p.status
		}
	}
	if in.body != nil {
		if len(body) == 0 {
			in.body.Absent(d, v)
		} else {
			in.body.JSON(d, v, body)
		}
	}
	switch {
	case d.Issues() == 0:
		return true
	case d.Malformed():
		return c.reject(withIssues(errMalformedBody, errMalformedBody.Status, issuesOf(d)))
	case status == 0:
		status = errValidation.Status
	}
	return c.reject(withIssues(errValidation, status, issuesOf(d)))
}

// bind decodes the values of one parameter.
func (c *call) bind(p *param, i int, v any) {
	texts := c.texts[:0]
	switch p.source {
	case "path":
		texts = append(texts, c.x.Params().At(p.pos))
	case "header":
		c.texts = texts
		c.x.HeaderValues(p.name, c.addText)
		texts = c.texts
	default:
		for _, pair := range c.pairs {
			if pair.param == i {
				texts = append(texts, pair.value)
			}
		}
	}
	c.texts = texts
	p.field.Text(&c.d, v, texts...)
}

func (c *call) addText(s string) bool {
	c.texts = append(c.texts, s)
	return true
}

// parseQuery collects the values of the declared parameters and reports whether
// the whole query is well-formed. Only & separates parameters.
// Source: WHATWG URL, section 5.1.
func (c *call) parseQuery() bool {
	in := c.op.input
	for rest := c.x.Query(); rest != ""; {
		var part string
		part, rest, _ = strings.Cut(rest, "&")
		key, value, _ := strings.Cut(part, "=")
		key, ok := unescape(key)
		value, valueOK := unescape(value)
		if !ok || !valueOK {
			return false
		}
		for _, i := range in.queries {
			if in.params[i].name == key {
				c.pairs = append(c.pairs, pair{i, value})
				break
			}
		}
	}
	return true
}

func unescape(s string) (string, bool) {
	if !strings.ContainsAny(s, "%+") {
		return s, true
	}
	s, err := url.QueryUnescape(s)
	return s, err == nil
}

// parseCookies collects the values of the declared cookies.
// Source: RFC 6265, section 5.4.
func (c *call) parseCookies() {
	in := c.op.input
	c.x.HeaderValues("Cookie", func(line string) bool {
		for part := range strings.SplitSeq(line, ";") {
			name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
			for _, i := range in.cookies {
				if ok && in.params[i].name == name {
					c.pairs = append(c.pairs, pair{i, strings.Trim(value, `"`)})
				}
			}
		}
		return true
	})
}

// readBody returns the body, or what is wrong with its form.
func (c *call) readBody() ([]byte, *problem.Error) {
	if c.x.ContentLength() == 0 {
		return nil, nil
	}
	if e := c.x.Header("Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") {
		c.x.SetHeader("Accept-Encoding", "identity")
		return nil, errEncoding
	}
	contentType := c.x.Header("Content-Type")
	if contentType != "application/json" && contentType != "" && !isJSON(contentType) {
		return nil, c.mediaType()
	}
	body, err := c.x.Body(c.op.limits.BodyBytes)
	switch {
	case errors.Is(err, transport.ErrTooLarge):
		return nil, errBodyTooLarge
	case err != nil:
		return nil, errUnreadableBody.With(err)
	case len(body) > 0 && contentType == "":
		return nil, c.mediaType()
	}
	return body, nil
}

// mediaType refuses a body that is not declared to be JSON.
// Source: RFC 9110, section 15.5.16; RFC 5789, section 3.1; Linked Data Platform, section 7.1.
func (c *call) mediaType() *problem.Error {
	header := "Accept"
	switch c.x.Method() {
	case http.MethodPost:
		header = "Accept-Post"
	case http.MethodPatch:
		header = "Accept-Patch"
	}
	c.x.SetHeader(header, "application/json")
	return errMediaType
}

// isJSON reports whether a media type is JSON, with any parameters.
func isJSON(contentType string) bool {
	t, _, err := mime.ParseMediaType(contentType)
	return (err == nil || errors.Is(err, mime.ErrInvalidMediaParameter)) && t == "application/json"
}
