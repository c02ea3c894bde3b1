// Package etag answers conditional requests: 304 to a client that has the current answer, 412
// to one that would overwrite what it has not seen, 428 to one that does not say what it has.
//
// Reads say their version by a header of the answer, and [Reads] does the rest:
//
//	type Found struct {
//		ETag string `header:"ETag"`
//		Body Order
//	}
//
//	tenon.Get(r, "/orders/{id}", a.order, etag.Reads())
//
// Writes embed [If] or [Must] and check it against the current version, in the transaction
// that changes it:
//
//	if err := in.Check(etag.Of(order.ID, order.Version), order.Changed); err != nil {
//		return Order{}, err
//	}
//
// Source: RFC 9110, sections 8.8 and 13; RFC 6585, section 3.
package etag

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"strings"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/problem"
)

// ErrFailed is the answer 412 to a condition that does not hold. An operation that calls Check
// declares it: tenon.Errors(etag.ErrFailed).
var ErrFailed = problem.New(http.StatusPreconditionFailed, "precondition_failed", "The resource is not in the state that the request asks for")

// Of returns a strong tag of a version that parts name together, such as an ID and a number.
// Put W/ before it where answers with one tag may differ in what does not matter.
func Of(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		h.Write([]byte(part))
	}
	return `"` + base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:15]) + `"`
}

// If is embedded in the input of an operation that may be asked for under a condition.
type If struct {
	Match           tenon.Opt[[]string] `header:"If-Match" doc:"Only if the resource has one of these tags"`
	NoneMatch       tenon.Opt[[]string] `header:"If-None-Match" doc:"Only if the resource has none of these tags"`
	UnmodifiedSince tenon.Opt[string]   `header:"If-Unmodified-Since" doc:"Only if the resource has not changed since"`
}

// Must is embedded in the input of an operation that is only done to a version that its client
// knows: without If-Match the answer is 428.
type Must struct {
	Match []string `header:"If-Match" status:"428" check:"minItems=1" doc:"Tag of the version that the client knows"`
}

// Check returns [ErrFailed] when the current state does not fulfil the condition of a write.
// tag is empty for a resource that does not exist, and modified is zero when it is not known.
func (c *If) Check(tag string, modified time.Time) error {
	if outcome(http.MethodPut, lines(c.Match), lines(c.NoneMatch), c.UnmodifiedSince.Or(""), "", tag, modified) != 0 {
		return ErrFailed
	}
	return nil
}

// Check returns [ErrFailed] when the current tag is none of those that the client knows; it is
// empty for a resource that does not exist.
func (c *Must) Check(tag string) error {
	if !matches(strings.Join(c.Match, ","), tag, true) {
		return ErrFailed
	}
	return nil
}

// Reads answers 304, and 412, to conditional requests for what the ETag or Last-Modified of an
// answer with the status 200 says. The handler has run then: what is saved is the transfer.
func Reads() tenon.Option {
	return tenon.Options(
		tenon.Around(read, tenon.Errors(ErrFailed)),
		tenon.Describe(http.StatusNotModified, "The client has the current answer"),
	)
}

func read(ctx context.Context, in *struct {
	If
	ModifiedSince tenon.Opt[string] `header:"If-Modified-Since" doc:"Only if the resource has changed since"`
}, c *tenon.Call) error {
	if err := c.Next(ctx); err != nil {
		return err
	}
	a := c.Answer()
	if a.Status != http.StatusOK {
		return nil
	}
	modified, _ := http.ParseTime(a.Header.Get("Last-Modified"))
	switch outcome(http.MethodGet, lines(in.Match), lines(in.NoneMatch), in.UnmodifiedSince.Or(""), in.ModifiedSince.Or(""), a.Header.Get("Etag"), modified) {
	case http.StatusPreconditionFailed:
		return ErrFailed
	case http.StatusNotModified:
		kept := make(http.Header)
		for _, name := range []string{"Etag", "Last-Modified", "Cache-Control", "Content-Location", "Expires", "Vary", "Set-Cookie"} {
			if values := a.Header[name]; len(values) > 0 {
				kept[name] = values
			}
		}
		c.Reply(tenon.Answer{Status: http.StatusNotModified, Header: kept})
	}
	return nil
}

// lines joins the lines of a header.
func lines(values tenon.Opt[[]string]) string { return strings.Join(values.Or(nil), ",") }

// outcome returns the status that conditions demand, 0 for none, in the order of RFC 9110,
// section 13.2.2. A date that is none counts as not given.
func outcome(method, match, noneMatch, unmodifiedSince, modifiedSince, tag string, modified time.Time) int {
	reads := method == http.MethodGet || method == http.MethodHead
	changed := modified.Truncate(time.Second) // as dates of HTTP are
	if match != "" {
		if !matches(match, tag, true) {
			return http.StatusPreconditionFailed
		}
	} else if since, err := http.ParseTime(unmodifiedSince); err == nil && !modified.IsZero() && changed.After(since) {
		return http.StatusPreconditionFailed
	}
	if noneMatch != "" {
		switch {
		case !matches(noneMatch, tag, false):
			return 0
		case reads:
			return http.StatusNotModified
		}
		return http.StatusPreconditionFailed
	}
	if since, err := http.ParseTime(modifiedSince); reads && err == nil && !modified.IsZero() && !changed.After(since) {
		return http.StatusNotModified
	}
	return 0
}

// matches reports whether a list of tags, or *, has the tag of a resource, empty for one that
// does not exist. In a strong comparison, weak tags are equal to nothing.
// Source: RFC 9110, sections 8.8.3.2, 13.1.1 and 13.1.2.
func matches(list, tag string, strong bool) bool {
	if tag == "" {
		return false
	}
	if strings.TrimSpace(list) == "*" {
		return true
	}
	opaque, weak := strings.CutPrefix(tag, "W/")
	for list = strings.TrimLeft(list, " \t,"); list != ""; list = strings.TrimLeft(list, " \t,") {
		rest, other := strings.CutPrefix(list, "W/")
		if !strings.HasPrefix(rest, `"`) {
			return false // no list of tags from here on
		}
		end := strings.IndexByte(rest[1:], '"')
		if end < 0 {
			return false
		}
		if rest[:end+2] == opaque && !(strong && (weak || other)) {
			return true
		}
		list = rest[end+2:]
	}
	return false
}
