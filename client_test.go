package tenon_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/schema"
)

// linked is an input that all of goes over the wire.
type linked struct {
	Org   string             `path:"org"`
	ID    level              `path:"id"`
	Tags  []string           `query:"tag" default:"[]"`
	Limit int                `query:"limit" default:"20"`
	Maybe tenon.Opt[string]  `query:"maybe"`
	Ratio tenon.Opt[float64] `query:"ratio"`
	Ptr   *bool              `query:"ptr"`
	Sizes tenon.Opt[[]int]   `query:"size"`
	Trace string             `header:"X-Trace"`
	More  []string           `header:"X-More" default:"[]"`
	User  tenon.Opt[string]  `cookie:"user"`
	Body  item
}

// copied answers with all that linked brought.
type copied struct {
	Status int      `status:"200,202"`
	Trace  string   `header:"X-Trace"`
	More   []string `header:"X-More"`
	Body   copiedBody
}

type copiedBody struct {
	Org   string              `json:"org"`
	ID    level               `json:"id"`
	Tags  []string            `json:"tags"`
	Limit int                 `json:"limit"`
	Maybe *string             `json:"maybe"`
	Ratio tenon.Opt[float64]  `json:"ratio"`
	Ptr   *bool               `json:"ptr"`
	User  tenon.Opt[string]   `json:"user"`
	Items map[string][]string `json:"items"`
	Sizes tenon.Opt[[]int]    `json:"sizes"`
	Body  item                `json:"body"`
}

func copyAll(_ context.Context, in *linked) (copied, error) {
	out := copied{Status: 202, Trace: in.Trace, More: in.More}
	b := &out.Body
	b.Org, b.ID, b.Tags, b.Limit, b.Ratio, b.Ptr = in.Org, in.ID, in.Tags, in.Limit, in.Ratio, in.Ptr
	b.Sizes, b.User, b.Body = in.Sizes, in.User, in.Body
	if v, ok := in.Maybe.Get(); ok {
		b.Maybe = &v
	}
	return out, nil
}

func TestEndpointRoundTripOverASocket(t *testing.T) {
	var e *tenon.Endpoint[linked, copied]
	srv := newServer(t, nil, func(r *tenon.Router) { e = tenon.Put(r, "/orgs/{org}/items/{id}", copyAll) })
	yes, empty := true, ""
	tests := []struct {
		name string
		in   linked
		url  string
		want copiedBody // besides what is the same
	}{
		{"least", linked{Org: "o", ID: 3, Body: item{"a", 0}}, "/orgs/o/items/high?limit=0", copiedBody{Tags: []string{}}},
		{
			"all",
			linked{
				Org: "a/b %2F?#ä", ID: 3, Tags: []string{"x&y", "", "z=1"}, Limit: -5, Maybe: schema.Some(""), Ratio: schema.Some(1e-7), Ptr: &yes,
				Sizes: schema.Some([]int{1, -2}), Trace: "t 1", More: []string{"a b", "c"}, User: schema.Some("u u"), Body: item{"ä\"<", 2},
			},
			"/orgs/a%2Fb%20%252F%3F%23%C3%A4/items/high?limit=-5&maybe=&ptr=true&ratio=1e-7&size=1&size=-2&tag=x%26y&tag=&tag=z%3D1",
			copiedBody{Tags: []string{"x&y", "", "z=1"}, Maybe: &empty, Ratio: schema.Some(1e-7), Ptr: &yes, Sizes: schema.Some([]int{1, -2}), User: schema.Some("u u")},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			link, err := e.URL(&tt.in)
			assert.NoError(t, err)
			assert.Equal(t, link, tt.url)
			r, err := e.Request(t.Context(), srv.URL+"/", &tt.in)
			assert.NoError(t, err)
			resp, err := http.DefaultClient.Do(r)
			assert.NoError(t, err)
			body, err := readAll(resp)
			assert.NoError(t, err)
			out, err := e.Response(resp, []byte(body))
			assert.NoError(t, err, body)
			want := tt.want
			want.Org, want.ID, want.Limit, want.Body, want.Items = tt.in.Org, tt.in.ID, tt.in.Limit, tt.in.Body, map[string][]string{}
			assert.Equal(t, out, copied{202, tt.in.Trace, tt.in.More, want})
		})
	}
	assert.Equal(t, *e.Operation(), tenon.Operation{ID: "putOrgsByOrgItemsById", Method: "PUT", Path: "/orgs/{org}/items/{id}"})
}

func TestRequestOfABodyThatMayBeAbsent(t *testing.T) {
	type optional struct{ Body tenon.Opt[item] }
	var e *tenon.Endpoint[optional, item]
	newApp(t, nil, func(r *tenon.Router) { e = tenon.Post(r, "/a", ok[optional, item]) })
	r, err := e.Request(t.Context(), "http://a", &optional{})
	assert.NoError(t, err)
	assert.Equal(t, r.Body == nil && r.Header.Get("Content-Type") == "", true)
	r, err = e.Request(t.Context(), "http://a", &optional{schema.Some(item{"a", 1})})
	assert.NoError(t, err)
	assert.Equal(t, r.ContentLength, int64(len(`{"name":"a","count":1}`)))
}

func TestValuesWithoutAFormInARequest(t *testing.T) {
	type in struct {
		ID   string  `path:"id"`
		Bad  unlucky `query:"bad" default:"x"`
		User string  `cookie:"user"`
		Body struct {
			Text string `json:"text"`
		}
	}
	var e *tenon.Endpoint[in, item]
	newApp(t, nil, func(r *tenon.Router) { e = tenon.Post(r, "/a/{id}", ok[in, item]) })
	fine := unlucky{}
	tests := []struct {
		name string
		in   in
		want string
	}{
		{"empty path parameter", in{ID: "", Bad: fine}, `tenon: the path parameter id is "", which no path can hold`},
		{"dot", in{ID: "."}, `tenon: the path parameter id is ".", which no path can hold`},
		{"dots", in{ID: ".."}, `tenon: the path parameter id is "..", which no path can hold`},
		{"failing text", in{ID: "1", Bad: unlucky{errGone}}, "tenon: the query parameter bad: MarshalText of *tenon_test.unlucky: gone"},
		{"cookie", in{ID: "1", User: "a;b"}, "tenon: the cookie user: "},
		{"body", in{ID: "1", Body: struct {
			Text string `json:"text"`
		}{"\xff"}}, "tenon: encode the body: a string is not valid UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := e.Request(t.Context(), "http://a", &tt.in)
			if err == nil {
				t.Fatal("got no error")
			}
			assert.Contains(t, err.Error(), tt.want)
		})
	}
	_, err := e.Request(t.Context(), "http://a b", &in{ID: "1"})
	assert.Equal(t, err != nil, true, "bad base")
}

func (u *unlucky) UnmarshalText([]byte) error { return nil }

func TestResponsesThatDoNotFit(t *testing.T) {
	var e *tenon.Endpoint[none, tagged]
	newApp(t, nil, func(r *tenon.Router) { e = tenon.Get(r, "/a", ok[none, tagged]) })
	resp := &http.Response{StatusCode: 201}
	_, err := e.Response(resp, []byte(`{"name":"a","count":1}`))
	assert.Equal(t, err.Error(), "tenon: GET /a answered the undeclared status 201")
	resp = &http.Response{StatusCode: 200, Header: http.Header{"X-Total-Count": {"x"}}}
	_, err = e.Response(resp, []byte(`{"name":7}`))
	invalid, ok := errors.AsType[*schema.Error](err)
	assert.Equal(t, ok, true)
	var got []string
	for _, issue := range invalid.Issues {
		got = append(got, issue.Type)
	}
	assert.Equal(t, strings.Join(got, " "), "int_parsing string_type missing")
}

// TestResponsesHaveWhatIsOnlyPrinted and do without what is only read, but for a callback: there the
// other side answers.
func TestResponsesHaveWhatIsOnlyPrinted(t *testing.T) {
	type account struct {
		ID       int    `json:"id" readOnly:"true"`
		Name     string `json:"name"`
		Password string `json:"password" writeOnly:"true" check:"minLength=2"`
	}
	type subscribe struct{ Body struct{ URL string } }
	var made *tenon.Endpoint[subscribe, []account]
	var sent *tenon.Endpoint[none, account]
	newApp(t, nil, func(r *tenon.Router) {
		made = tenon.Post(r, "/accounts", ok[subscribe, []account])
		sent = tenon.Post[none, account](made.Callback("made", func(in *subscribe) any { return &in.Body.URL }), "", nil)
	})
	response := &http.Response{StatusCode: 200}
	got, err := made.Response(response, []byte(`[{"id":7,"name":"Ann"}]`))
	assert.NoError(t, err)
	assert.Equal(t, got, []account{{ID: 7, Name: "Ann"}})
	of, err := sent.Response(response, []byte(`{"name":"Ann","password":"xx"}`))
	assert.NoError(t, err)
	assert.Equal(t, of, account{Name: "Ann", Password: "xx"})
}

func TestRequestsHaveWhatIsOnlyReadInParametersToo(t *testing.T) {
	type filter struct {
		A int `json:"a" readOnly:"true"`
		B int `json:"b" writeOnly:"true"`
	}
	type in struct {
		JSON filter `query:"json" content:"application/json"`
		Deep filter `query:"deep"`
	}
	type lines struct{ Body tenon.Lines[filter] }
	var e *tenon.Endpoint[in, none]
	var l *tenon.Endpoint[lines, none]
	newApp(t, nil, func(r *tenon.Router) {
		e = tenon.Get(r, "/a", ok[in, none])
		l = tenon.Post(r, "/a", ok[lines, none])
	})
	link, err := e.URL(&in{filter{1, 2}, filter{3, 4}})
	assert.NoError(t, err)
	assert.Equal(t, link, "/a?deep%5Bb%5D=4&json=%7B%22b%22%3A2%7D")
	r, err := l.Request(t.Context(), "http://a", &lines{func(yield func(filter, error) bool) { yield(filter{5, 6}, nil) }})
	assert.NoError(t, err)
	text, err := io.ReadAll(r.Body)
	assert.NoError(t, err)
	assert.Equal(t, string(text), "{\"b\":6}\n")
}

func TestResponseToHeadHasNoBody(t *testing.T) {
	var e *tenon.Endpoint[none, tagged]
	app := newApp(t, nil, func(r *tenon.Router) { e = tenon.Handle(r, "HEAD", "/a", ok[none, tagged]) })
	w := newRecorder()
	r, err := e.Request(t.Context(), "http://a", &none{})
	assert.NoError(t, err)
	app.ServeHTTP(w, r)
	out, err := e.Response(&http.Response{StatusCode: w.status, Header: w.header}, w.body.Bytes())
	assert.NoError(t, err)
	assert.Equal(t, out.Status, 200)
}

func TestReplyKeepsAllHeaders(t *testing.T) {
	var e *tenon.Endpoint[none, tenon.Reply[item]]
	newApp(t, nil, func(r *tenon.Router) { e = tenon.Get(r, "/a", ok[none, tenon.Reply[item]], tenon.Status(200, 202)) })
	out, err := e.Response(&http.Response{StatusCode: 202, Header: http.Header{"X-A": {"1"}}}, []byte(`{"name":"a","count":1}`))
	assert.NoError(t, err)
	assert.Equal(t, out, tenon.Reply[item]{Status: 202, Header: http.Header{"X-A": {"1"}}, Body: item{"a", 1}})
}

func TestEndpointOfAFailedApplication(t *testing.T) {
	var e *tenon.Endpoint[none, item]
	_, err := tenon.New(tenon.Config{}, func(r *tenon.Router) { e = tenon.Get(r, "/a", ok[none, item]) })
	assert.Equal(t, err != nil, true)
	const want = "tenon: the endpoint belongs to no application: was there an error from New?"
	_, err = e.URL(&none{})
	assert.Equal(t, err.Error(), want)
	_, err = e.Request(t.Context(), "http://a", &none{})
	assert.Equal(t, err.Error(), want)
	_, err = e.Response(&http.Response{StatusCode: 200}, nil)
	assert.Equal(t, err.Error(), want)
}

func TestProblemsReachTypedClients(t *testing.T) {
	srv := newServer(t, nil, posts)
	_, header, body := fetch(t, srv.URL, "POST", "/items")
	p, err := problem.Parse([]byte(body))
	assert.NoError(t, err)
	assert.Equal(t, header.Get("Content-Type"), problem.ContentType)
	assert.Equal(t, p.Code+" "+p.Issues[0].Type, "validation_failed missing")
}
