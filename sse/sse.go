// Package sse answers server-sent events: a stream of events that an EventSource of a browser
// takes, and resumes when the connection was cut.
//
//	func (a *API) prices(ctx context.Context, in *struct{ sse.Resume }) (sse.Stream[Price], error) {
//		return func(yield func(sse.Event[Price], error) bool) {
//			for price := range a.feed(ctx, in.LastEventID) {
//				if !yield(sse.Event[Price]{ID: price.ID, Data: price}, nil) {
//					return
//				}
//			}
//		}, nil
//	}
//
// Data is encoded by the rules of its type, and described in the document. When there was no
// event for 15 seconds, or for one second at the beginning, a comment keeps the connection in
// use. A stream that waits does so until the handler's context is done, which is when the
// client has left, or until [tenon.Draining] is.
//
// Source: WHATWG HTML, section 9.2.
package sse

import (
	"errors"
	"fmt"
	"iter"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/stream"
)

// An Event is one event of a [Stream].
type Event[T any] struct {
	Comment string        // for people who watch the connection; clients ignore it
	Type    string        // for which a client listens; empty means "message"
	Data    T             // as JSON, or as it is if T is [Text]
	ID      string        // that a client sends again as Last-Event-ID; empty leaves it as it is
	Retry   time.Duration // after which a client connects again; 0 leaves it as it is
	NoData  bool          // only the comment, ID and Retry count: clients see no event
}

// Text is data that is sent as it is, not as JSON.
type Text string

// Resume is embedded in the input of an operation that can go on where a client has stopped.
type Resume struct {
	LastEventID tenon.Opt[string] `header:"Last-Event-ID" doc:"ID of the last event that the client has got"`
}

// A Stream is an answer of server-sent events. Like [tenon.Lines], it runs when the handler has
// returned, must return when yield returns false or the handler's context is done, and an
// error is answered before the first event and cuts the connection after it.
type Stream[T any] iter.Seq2[Event[T], error]

const keepAlive = 15 * time.Second

// Stream implements [stream.Body].
func (Stream[T]) Stream(set *schema.Set) (*stream.Plan, error) {
	p := printer{text: reflect.TypeFor[T]() == reflect.TypeFor[Text]()}
	var err error
	if p.data, err = set.Field(reflect.TypeFor[T](), nil); err != nil {
		return nil, err
	}
	if err := p.data.Output(); err != nil {
		return nil, err
	}
	return &stream.Plan{
		MediaType: "text/event-stream; charset=utf-8",
		Header:    map[string]string{"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}, // the second tells nginx
		Item:      p.describe,
		Pieces: func(body any) iter.Seq2[[]byte, error] {
			events, _ := body.(Stream[T])
			return func(yield func([]byte, error) bool) {
				if events != nil {
					events.print(&p, yield)
				}
			}
		},
		Idle: []byte(": keep-alive\n\n"), Every: keepAlive,
	}, nil
}

func (events Stream[T]) print(p *printer, yield func([]byte, error) bool) {
	var buf, data []byte
	for e, err := range events {
		if err == nil {
			data = data[:0]
			if !e.NoData && p.text {
				data = append(data, any(e.Data).(Text)...)
			} else if !e.NoData {
				data, err = p.data.AppendJSON(data, &e.Data)
			}
		}
		if err == nil {
			buf, err = appendEvent(buf[:0], e.Comment, e.Type, e.ID, e.Retry, !e.NoData, string(data))
		}
		if !yield(buf, err) || err != nil {
			return
		}
	}
}

// A printer knows the data of a stream.
type printer struct {
	data *schema.Field
	text bool
}

// describe describes an event as an object of its fields.
func (p *printer) describe(s *schema.Schemas) *openapi.Schema {
	text := func() *openapi.Schema { return &openapi.Schema{Type: openapi.Types{"string"}} }
	data := text()
	if !p.text {
		data.ContentMediaType, data.ContentSchema = "application/json", s.Output(p.data)
	}
	return &openapi.Schema{Type: openapi.Types{"object"}, Properties: []openapi.Property{
		{Name: "event", Schema: text()}, {Name: "data", Schema: data}, {Name: "id", Schema: text()},
		{Name: "retry", Schema: &openapi.Schema{Type: openapi.Types{"integer"}}},
	}}
}

// appendEvent appends an event as it is sent.
func appendEvent(dst []byte, comment, typ, id string, retry time.Duration, hasData bool, data string) ([]byte, error) {
	switch {
	case strings.ContainsAny(typ, "\r\n"):
		return dst, fmt.Errorf("sse: the type %q of an event has a line break", typ)
	case strings.ContainsAny(id, "\r\n\x00"):
		return dst, fmt.Errorf("sse: the ID %q of an event has a line break or a null", id)
	case retry < 0:
		return dst, fmt.Errorf("sse: Retry of an event is %v, want 0 or more", retry)
	}
	start := len(dst)
	if comment != "" {
		dst = appendLines(dst, ":", comment)
	}
	if typ != "" {
		dst = appendLines(dst, "event:", typ)
	}
	if hasData {
		dst = appendLines(dst, "data:", data)
	}
	if id != "" {
		dst = appendLines(dst, "id:", id)
	}
	if retry > 0 {
		dst = appendLines(dst, "retry:", strconv.FormatInt(retry.Milliseconds(), 10))
	}
	if len(dst) == start {
		return dst, errors.New("sse: an event has nothing")
	}
	return append(dst, '\n'), nil
}

var breaks = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// appendLines appends a field once for each line of its value.
func appendLines(dst []byte, name, value string) []byte {
	if strings.IndexByte(value, '\r') >= 0 {
		value = breaks.Replace(value)
	}
	for line := range strings.SplitSeq(value, "\n") {
		dst = append(append(append(append(dst, name...), ' '), line...), '\n')
	}
	return dst
}
