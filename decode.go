package tenon

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/transport"
)

// A pair is a value together with the parameter that it is for.
type pair struct {
	param  int
	inner  bool   // it is for a member of that
	member string // which one
	value  string
}

// A named value is one that nobody asked for, with where it is.
type named struct{ at, name, value string }

// decode reads r from the request into the parameter structs. It returns
// everything that is wrong as one error.
func (c *call) decode(r *reading) *problem.Error {
	if c.handled && r.streams() {
		return errInternal.With(errReread)
	}
	if (len(r.bodies) > 0 || r.hasForm()) && !c.handled {
		var p *problem.Error
		if c.body, p = c.readBody(); p != nil {
			return p
		}
	}
	body := c.body
	d := &c.d
	d.Reset(c.op.app.set, len(body)+len(c.x.Query()))
	c.pairs, c.unknown, c.inPlace = c.pairs[:0], nil, nil
	if c.x.Query() != "" && !c.parse(c.x.Query(), r, &r.query, "query") {
		return errMalformedTarget
	}
	if p := c.parseForm(r, body); p != nil {
		return p
	}
	if len(r.cookies.params) > 0 {
		c.parseCookies(r)
	}
	status, model := 0, 0
	for i := range r.params {
		p := &r.params[i]
		failed := d.Issues()
		if p.repeated && failed > 0 {
			continue // it would be said twice
		}
		if p.opens {
			model = failed
		}
		c.bind(p, i, c.target(p.owner))
		if p.closes != nil {
			c.close(p, r, model)
		}
		if d.Issues() > failed && status == 0 {
			status = p.status
		}
	}
	c.bindFiles(r)
	for _, u := range c.unknown {
		d.Unknown(u.value, u.at, u.name)
	}
	for _, b := range r.bodies {
		if !b.repeated || d.Issues() == 0 {
			c.fill(b.body, c.target(b.owner), body)
		}
	}
	switch {
	case d.Issues() == 0:
		return nil
	case d.Malformed():
		return withIssues(errMalformedBody, errMalformedBody.Status, issuesOf(d))
	case status == 0:
		status = errValidation.Status
	}
	return withIssues(errValidation, status, issuesOf(d))
}

// close ends the reading of the model that p is the last of, whose issues are those from number start on.
func (c *call) close(p *param, r *reading, start int) {
	switch {
	case c.d.Issues() == start:
		p.closes.Validate(&c.d, c.target(p.owner))
	case c.op.app.cfg.Schema.EchoAll:
		p.closes.MissingIn(&c.d, start, c.given(p.source, r))
	}
}

// target returns a parameter struct by its number.
func (c *call) target(owner int) any {
	if c.frame == nil {
		return c.in
	}
	return c.frame.Input(owner)
}

// bind decodes the values of one parameter.
func (c *call) bind(p *param, i int, v any) {
	texts := c.texts[:0]
	switch p.source {
	case "path":
		texts = append(texts, c.x.Params().At(p.pos))
	case "header":
		c.texts = texts
		switch {
		case c.op.app.cfg.Loose:
			c.x.HeaderValues(p.name, c.addText)
			if !p.list && len(c.texts) > 1 {
				c.texts = c.texts[:1]
			}
		case p.list:
			c.x.HeaderValues(p.name, c.addItems)
		default:
			c.x.HeaderValues(p.name, c.addText)
		}
		texts = c.texts
	default:
		c.members = c.members[:0]
		for _, pair := range c.pairs {
			switch {
			case pair.param != i:
			case pair.inner:
				c.members = append(c.members, schema.Pair{Name: pair.member, Value: pair.value})
			default:
				texts = append(texts, pair.value)
			}
		}
	}
	c.texts = texts
	if c.op.app.cfg.Loose && p.source == "form" && !p.list && !p.member && len(texts) > 0 && texts[len(texts)-1] == "" {
		texts = nil // as a browser sends a field that nobody filled in
	}
	switch {
	case p.object != nil && len(texts) == 0:
		p.object.Texts(&c.d, v, c.members)
	case p.json && len(texts) == 1:
		p.field.JSONText(&c.d, v, texts[0])
	case p.split != "" && len(texts) > 0:
		c.bindSplit(p, v)
	default:
		p.field.Text(&c.d, v, texts...)
	}
}

// bindSplit decodes a list whose items are one text. An empty text has none.
func (c *call) bindSplit(p *param, v any) {
	switch text := c.texts[0]; {
	case len(c.texts) > 1:
		c.d.Add("multiple_values", "Input should be given once", p.at(), p.name)
	case text == "":
		p.field.JSONText(&c.d, v, "[]")
	default:
		c.texts = c.texts[:0]
		for item := range strings.SplitSeq(text, p.split) {
			c.texts = append(c.texts, item)
		}
		p.field.Text(&c.d, v, c.texts...)
	}
}

func (c *call) addText(s string) bool {
	c.texts = append(c.texts, s)
	return true
}

// addItems adds the items of one line of a header that is a list.
func (c *call) addItems(line string) bool {
	for line != "" {
		item, rest := cutItem(line)
		if item != "" {
			c.texts = append(c.texts, item)
		}
		line = rest
	}
	return true
}

// cutItem returns the first item of a list in a header, which may be empty. A comma
// in a quoted string separates nothing.
// Source: RFC 9110, sections 5.6.1 and 5.6.4.
func cutItem(line string) (item, rest string) {
	quoted := false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && quoted:
			i++
		case c == ',' && !quoted:
			return strings.Trim(line[:i], " \t"), line[i+1:]
		}
	}
	return strings.Trim(line, " \t"), ""
}

// parse collects the values of the parameters in l from a query or a form, which is
// located at at, and reports whether it is well-formed. Only & separates parameters.
// Source: WHATWG URL, section 5.1.
func (c *call) parse(text string, r *reading, l *listing, at string) bool {
	for rest := text; rest != ""; {
		var part string
		part, rest, _ = strings.Cut(rest, "&")
		key, value, _ := strings.Cut(part, "=")
		key, ok := c.unescape(key)
		value, valueOK := c.unescape(value)
		if !ok || !valueOK {
			return false
		}
		c.pick(r, l, at, key, value)
	}
	return true
}

// parseForm collects what the form of the request has for r.
func (c *call) parseForm(r *reading, body []byte) *problem.Error {
	switch {
	case !r.hasForm():
		return nil
	case c.op.app.cfg.Loose:
		return c.parseLoose(r)
	case !c.isMultipart():
		if !c.parse(string(body), r, &r.form, "body") {
			return errMalformedForm
		}
		return nil
	case c.sent == nil && !c.handled:
		if p := c.readForm(&c.op.rest); p != nil {
			return p
		}
	}
	if c.sent != nil {
		for _, t := range c.sent.texts {
			c.pick(r, &r.form, t.at, t.name, t.value)
		}
	}
	return nil
}

// isMultipart reports whether the operation has a form and the request has it in parts.
func (c *call) isMultipart() bool {
	const prefix = "multipart/"
	contentType := c.x.Header("Content-Type") // is one of the two
	return c.op.rest.hasForm() && len(contentType) > len(prefix) && strings.EqualFold(contentType[:len(prefix)], prefix)
}

// pick takes a value that was given by name if something of l asks for it.
func (c *call) pick(r *reading, l *listing, at, name, value string) {
	for _, i := range l.params {
		if member, inner, ok := r.params[i].takes(name); ok {
			c.pairs = append(c.pairs, pair{i, inner, member, value})
		}
	}
	if l.closed && len(c.unknown) < maxUnknown && !l.knows(name) && !slices.ContainsFunc(c.unknown, func(u named) bool { return u.at == at && u.name == name }) {
		c.unknown = append(c.unknown, named{at, name, value})
	}
}

// maxUnknown is how many names are kept that nobody asked for, one more than an answer lists by default.
const maxUnknown = 101

// takes reports whether a value given by name is for p, or for which of its members.
func (p *param) takes(name string) (member string, inner, ok bool) {
	if name == p.name || p.object == nil {
		return "", false, name == p.name
	}
	rest, ok := strings.CutPrefix(name, p.name+"[")
	if ok {
		member, ok = strings.CutSuffix(rest, "]")
	}
	return member, ok, ok
}

// asks reports whether a value given by name is for p or a member of it.
func (p *param) asks(name string) bool {
	_, _, ok := p.takes(name)
	return ok
}

// knows reports whether the operation takes what is given by name from a closed source.
func (l *listing) knows(name string) bool {
	return slices.ContainsFunc(l.known, func(k string) bool { return k == name || strings.HasSuffix(k, "[") && strings.HasPrefix(name, k) })
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
func (c *call) parseCookies(r *reading) {
	c.eachCookie(func(name, value string) { c.pick(r, &r.cookies, "cookie", name, value) })
}

// eachCookie calls yield with each cookie that the client sent.
func (c *call) eachCookie(yield func(name, value string)) {
	c.x.HeaderValues("Cookie", func(line string) bool {
		for part := range strings.SplitSeq(line, ";") {
			name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
			if !ok { // browsers send a cookie without a name so
				name, value = "", name
			}
			yield(name, strings.Trim(value, `"`))
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
	limit := c.op.limits.BodyBytes
	b := c.op.body()
	if c.op.app.cfg.Loose && (b.kind == jsonBody || c.op.rest.hasForm()) {
		return c.readLoose(b)
	}
	switch {
	case contentType != "" && !b.takes(contentType):
		return nil, c.mediaType()
	case b.streams(), c.isMultipart():
		if contentType == "" && !b.takes("") {
			return nil, c.mediaType()
		}
		if c.x.ContentLength() <= limit {
			return nil, nil
		}
	}
	body, err := c.x.Body(limit)
	switch {
	case errors.Is(err, transport.ErrTooLarge):
		return nil, errBodyTooLarge
	case err != nil:
		return nil, errUnreadableBody.With(err)
	case len(body) > 0 && contentType == "" && !b.takes(""):
		return nil, c.mediaType()
	}
	return body, nil
}

// mediaTypes lists what the body may be.
func (op *operation) mediaTypes() []string { return op.body().types }

// mediaType refuses a body of another media type.
// Source: RFC 9110, section 15.5.16; RFC 5789, section 3.1; Linked Data Platform, section 7.1.
func (c *call) mediaType() *problem.Error {
	header := "Accept"
	switch c.x.Method() {
	case http.MethodPost:
		header = "Accept-Post"
	case http.MethodPatch:
		header = "Accept-Patch"
	}
	c.x.SetHeader(header, strings.Join(c.op.mediaTypes(), ", "))
	return errMediaType
}
