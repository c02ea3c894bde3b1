package tenon_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/tenontest"
)

// tagged is an envelope of a user's own.
type tagged struct {
	Status int       `status:"200,202"`
	ETag   string    `header:"ETag"`
	Count  int       `header:"X-Total-Count"`
	Links  []string  `header:"link"`
	At     time.Time `header:"X-At"`
	Body   item
}

// cached is an envelope that gets its status and body from another one.
type cached struct {
	tenon.Created[item]
	Age int `header:"Age"`
}

// letter has a field called Body and is no envelope.
type letter struct {
	To   string
	Body string
}

// answer registers an operation that answers v.
func answering[Out any](path string, v Out, opts ...tenon.Option) func(*tenon.Router) {
	return func(r *tenon.Router) {
		tenon.Get(r, path, func(context.Context, *none) (Out, error) { return v, nil }, opts...)
	}
}

func TestEnvelopes(t *testing.T) {
	pin := item{"pin", 1}
	const body = `{"name":"pin","count":1}`
	type headersOnly struct {
		Trace string `header:"X-Trace"`
	}
	tests := []struct {
		name   string
		routes func(*tenon.Router)
		status int
		header http.Header // besides Content-Type and Content-Length
		body   string
	}{
		{"plain type", answering("/a", pin), 200, nil, body},
		{"plain type with a status", answering("/a", pin, tenon.Status(202)), 202, nil, body},
		{"plain type with a field called Body", answering("/a", letter{"me", "text"}), 200, nil, `{"To":"me","Body":"text"}`},
		{"list", answering("/a", []item{pin}), 200, nil, "[" + body + "]"},
		{"nil list", answering[[]item]("/a", nil), 200, nil, "[]"},
		{"nil pointer", answering[*item]("/a", nil), 200, nil, "null"},
		{"pointer", answering("/a", &pin), 200, nil, body},
		{"created", answering("/a", tenon.Created[item]{Location: "/a/1", Body: pin}), 201, http.Header{"Location": {"/a/1"}}, body},
		{"created without a location", answering("/a", tenon.Created[item]{Body: pin}), 201, nil, body},
		{"no content", answering("/a", tenon.NoContent{}), 204, nil, ""},
		{"reply with the first status", answering("/a", tenon.Reply[item]{Body: pin}, tenon.Status(202, 200)), 202, nil, body},
		{"reply with another status", answering("/a", tenon.Reply[item]{Status: 200, Body: pin}, tenon.Status(202, 200)), 200, nil, body},
		{"reply without statuses", answering("/a", tenon.Reply[item]{Body: pin}), 200, nil, body},
		{
			"reply with headers",
			answering("/a", tenon.Reply[item]{Header: http.Header{"x-a": {"1", "2"}, "Content-Length": {"9"}, "Content-Type": {"text/html"}}, Body: pin}),
			200, http.Header{"X-A": {"1", "2"}}, body,
		},
		{
			"own envelope", answering("/a", tagged{202, `"e"`, 7, []string{"a", "b"}, time.Unix(0, 0).UTC(), pin}), 202,
			http.Header{"Etag": {`"e"`}, "X-Total-Count": {"7"}, "Link": {"a", "b"}, "X-At": {"1970-01-01T00:00:00Z"}}, body,
		},
		{
			"own envelope of zeros", answering("/a", tagged{}), 200,
			http.Header{"X-Total-Count": {"0"}, "X-At": {"0001-01-01T00:00:00Z"}}, `{"name":"","count":0}`,
		},
		{"embedded envelope", answering("/a", cached{tenon.Created[item]{Location: "/a/1", Body: pin}, 3}), 201,
			http.Header{"Location": {"/a/1"}, "Age": {"3"}}, body},
		{"headers only", answering("/a", headersOnly{"t"}), 200, http.Header{"X-Trace": {"t"}}, ""},
		{"line break in a header", answering("/a", headersOnly{"a\r\nSet-Cookie: b"}), 200, http.Header{"X-Trace": {"a  Set-Cookie: b"}}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newClient(t, tt.routes).Do("GET", "/a", "")
			assert.Equal(t, string(r.Body), tt.body)
			assert.Equal(t, r.Status, tt.status)
			want := http.Header{}
			if tt.body != "" {
				want = http.Header{"Content-Type": {"application/json"}, "Content-Length": {fmt.Sprint(len(tt.body))}}
			}
			for name, values := range tt.header {
				want[name] = values
			}
			assert.Equal(t, r.Header, want)
		})
	}
}

func TestC13NoContentHasNoBody(t *testing.T) {
	srv := newServer(t, nil, answering("/204", tenon.NoContent{}),
		answering("/304", struct {
			_    struct{} `status:"304"`
			ETag string   `header:"ETag"`
		}{ETag: `"e"`}))
	for _, status := range []int{204, 304} {
		got := send(t, srv.Listener.Addr(), fmt.Sprintf("GET /%d HTTP/1.1\r\nHost: a\r\n\r\n", status))
		assert.Equal(t, got.StatusCode, status)
		assert.Equal(t, got.body, "")
		for _, name := range []string{"Content-Length", "Content-Type", "Transfer-Encoding"} {
			assert.Equal(t, got.Header.Get(name), "", status, name)
		}
		assert.Equal(t, len(got.TransferEncoding), 0)
	}
}

func TestC12LocationOfCreatedResolves(t *testing.T) {
	var one *tenon.Endpoint[byID, item]
	c := newClient(t, func(r *tenon.Router) {
		one = tenon.Get(r, "/items/{id}", named)
		tenon.Post(r, "/items", func(_ context.Context, in *bodied) (out tenon.Created[item], err error) {
			out.Body = in.Body
			out.Location, err = one.URL(&byID{in.Body.Name})
			return out, err
		})
	})
	r := c.Do("POST", "/items", `{"name":"a/b ?","count":1}`)
	assert.Equal(t, r.Header.Get("Location"), "/items/a%2Fb%20%3F")
	assert.Equal(t, string(c.Do("GET", r.Header.Get("Location"), "").Body), `{"name":"a/b ?","count":0}`)
}

func TestPeers14EmbeddedEnvelopeIsPrintedAsDocumented(t *testing.T) {
	app := newApp(t, nil, answering("/a", cached{tenon.Created[item]{Body: item{"pin", 1}}, 3}))
	assert.Equal(t, string(tenontest.New(t, app).Do("GET", "/a", "").Body), `{"name":"pin","count":1}`)
	responses := app.Document().Paths["/a"].Get.Responses
	assert.Equal(t, responses["201"].Content["application/json"].Schema.Ref, "#/components/schemas/Item")
	assert.Equal(t, responses["201"].Headers["Age"] != nil, true)
}

// unlucky fails to encode itself.
type unlucky struct{ err error }

func (u unlucky) MarshalText() ([]byte, error) { return nil, u.err }

func TestPeers15MarshalFailureIsAnOpaque500(t *testing.T) {
	secret := errors.New("dsn postgres://user:secret@db")
	type body struct {
		Name  string  `json:"name"`
		Value float64 `json:"value"`
	}
	type header struct {
		First string  `header:"X-First"`
		Bad   unlucky `header:"X-Bad"`
		Body  item
	}
	tests := []struct {
		name   string
		routes func(*tenon.Router)
		cause  string
	}{
		{"not a number", answering("/a", body{"pin", math.NaN()}), "encode the answer: a number is NaN or infinite"},
		{"not UTF-8", answering("/a", tenon.Created[item]{Location: "/a/1", Body: item{Name: "a\xff"}}), "encode the answer: a string is not valid UTF-8"},
		{"failing method in a list", answering("/a", []unlucky{{nil}, {secret}}), "encode the answer: MarshalText of"},
		{"failing header behind a good one", answering("/a", header{First: "1", Bad: unlucky{secret}}), "encode the header X-Bad: MarshalText of"},
		{"undeclared status", answering("/a", tenon.Reply[item]{Status: 201}, tenon.Status(200, 202)), "the handler answered the status 201, which is not declared"},
		{"undeclared status of an error", answering("/a", tagged{Status: 404}), "the handler answered the status 404, which is not declared"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			log := new(logs)
			c := tenontest.New(t, newApp(t, log, tt.routes))
			c.ServerErrors = true
			r := c.Do("GET", "/a", "", "X-Request-Id: id1")
			wantProblem(t, c, r, http.StatusInternalServerError, "internal_error")
			assert.Equal(t, strings.Contains(string(r.Body), "secret"), false)
			for _, name := range []string{"Location", "X-First", "Etag"} {
				assert.Equal(t, r.Header.Get(name), "", name)
			}
			lines := log.lines(t)
			assert.Equal(t, len(lines), 1)
			assert.Contains(t, fmt.Sprint(lines[0]["error"]), tt.cause)
			assert.Equal(t, lines[0]["request_id"], any("id1"))
			assert.Equal(t, lines[0]["route"], any("/a"))
		})
	}
}

func TestD11UndeclaredFieldsDoNotLeak(t *testing.T) {
	type row struct {
		item
		RiskScore int    `json:"risk_score"`
		Notes     string `json:"notes"`
	}
	full := row{item{"pin", 1}, 99, "internal"}
	c := newClient(t, answering("/a", full.item), answering("/b", []item{full.item}))
	assert.Equal(t, string(c.Do("GET", "/a", "").Body), `{"name":"pin","count":1}`)
	assert.Equal(t, string(c.Do("GET", "/b", "").Body), `[{"name":"pin","count":1}]`)
}

func TestHandlerErrorWinsOverItsAnswer(t *testing.T) {
	c := newClient(t, func(r *tenon.Router) {
		r.Use(tenon.MapError(errGone, 410, "gone", "Gone"))
		tenon.Get(r, "/a", func(context.Context, *none) (tenon.Created[item], error) {
			return tenon.Created[item]{Location: "/a/1", Body: item{"secret", 1}}, errGone
		}, tenon.Errors(errGone))
	})
	r := c.Do("GET", "/a", "")
	wantProblem(t, c, r, http.StatusGone, "gone")
	assert.Equal(t, strings.Contains(string(r.Body), "secret"), false)
	assert.Equal(t, r.Header.Get("Location"), "")
}

// TestAnAbsentBodyIsNotSent has an operation that answers a body or leads elsewhere.
func TestAnAbsentBodyIsNotSent(t *testing.T) {
	type found struct {
		Status   int    `status:"200,307"`
		Location string `header:"Location"`
		Body     tenon.Opt[item]
	}
	type asked struct {
		Away bool `query:"away" default:"false"`
	}
	c := newClient(t, func(r *tenon.Router) {
		tenon.Get(r, "/found", func(_ context.Context, in *asked) (found, error) {
			if in.Away {
				return found{Status: 307, Location: "/elsewhere"}, nil
			}
			return found{Body: schema.Some(item{Name: "a"})}, nil
		})
	})
	r := c.Do("GET", "/found", "")
	assert.Equal(t, string(r.Body), `{"name":"a","count":0}`)
	r = c.Do("GET", "/found?away=true", "")
	assert.Equal(t, fmt.Sprint(r.Status, r.Header.Get("Location"), r.Header.Get("Content-Type"), string(r.Body)), "307/elsewhere")
}
