package problem_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/problem"
)

func TestNew(t *testing.T) {
	tests := []struct {
		status      int
		code, title string
		want        string // code: title
	}{
		{404, "", "", "not_found: Not Found"},
		{404, "order_not_found", "Order not found", "order_not_found: Order not found"},
		{404, "gone", "", "gone: Not Found"},
		{404, "", "Gone", "not_found: Gone"},
		{418, "", "", "im_a_teapot: I'm a teapot"},
		{431, "", "", "request_header_fields_too_large: Request Header Fields Too Large"},
		{499, "", "", "status_499: Status 499"},
	}
	for _, tt := range tests {
		e := problem.New(tt.status, tt.code, tt.title)
		assert.Equal(t, e.Code+": "+e.Title, tt.want)
		assert.Equal(t, e.Status, tt.status)
	}
}

func TestErrorSaysWhatExplainsItBest(t *testing.T) {
	issue := problem.Issue{Loc: []any{"body", "lines", 3, "sku"}, Msg: "Should be known"}
	tests := []struct {
		name string
		err  problem.Error
		want string
	}{
		{"title", problem.Error{Code: "taken", Title: "Name is taken"}, "taken: Name is taken"},
		{"first issue", problem.Error{Code: "taken", Title: "Name is taken", Issues: []problem.Issue{issue, {}}}, "taken: body.lines.3.sku: Should be known"},
		{"issue without a location", problem.Error{Code: "taken", Issues: []problem.Issue{{Msg: "Should be known"}}}, "taken: Should be known"},
		{"detail", problem.Error{Code: "taken", Title: "Name is taken", Detail: "by 17", Issues: []problem.Issue{issue}}, "taken: by 17"},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.err.Error(), tt.want, tt.name)
	}
}

func TestWithKeepsTheOriginal(t *testing.T) {
	cause := errors.New("cause")
	e := problem.New(404, "", "")
	caused := e.With(cause)
	assert.ErrorIs(t, caused, cause)
	assert.Equal(t, e.Cause, nil)
	assert.Equal(t, caused.Error(), e.Error(), "the cause is not shown")
}

// full has everything that a document can show, and a cause that it must not.
var full = &problem.Error{
	Status: 422, Code: "validation_failed", Title: "Title \"quoted\"", Detail: "line\nbreak and \xff",
	Issues: []problem.Issue{
		{Type: "missing", Loc: []any{"body", "a/b", 0}, Msg: "Field required"},
		{
			Type: "too_long", Loc: []any{"query", "x"}, Msg: "Too long", Input: json.RawMessage(`"value"`),
			Ctx: []problem.Attr{
				{"text", "<b>"}, {"bool", true}, {"int", -3}, {"int64", int64(math.MinInt64)}, {"uint64", uint64(math.MaxUint64)},
				{"number", json.Number("1.50")}, {"float", 1.5}, {"nan", math.NaN()}, {"nil", nil}, {"other", []int{1}},
			},
		},
		{},
	},
	Header: http.Header{"X-A": {"1"}}, Cause: errors.New("secret"),
}

const fullJSON = `{"type":"urn:problem:validation_failed","title":"Title \"quoted\"","status":422,"detail":"line\nbreak and ` + "\uFFFD" + `","code":"validation_failed","request_id":"id",` +
	`"errors":[{"type":"missing","loc":["body","a/b",0],"msg":"Field required"},` +
	`{"type":"too_long","loc":["query","x"],"msg":"Too long","input":"value","ctx":{"text":"<b>","bool":true,"int":-3,"int64":-9223372036854775808,` +
	`"uint64":18446744073709551615,"number":1.50,"float":1.5,"nan":"NaN","nil":null,"other":"[1]"}},` +
	`{"type":"","loc":[],"msg":""}]}`

func TestAppendJSON(t *testing.T) {
	assert.Equal(t, string(full.AppendJSON([]byte("x"), "", "id")), "x"+fullJSON)
	tests := []struct {
		name      string
		err       problem.Error
		types, id string
		want      string
	}{
		{"least", problem.Error{Status: 404, Code: "a", Title: "A"}, "", "", `{"type":"urn:problem:a","title":"A","status":404,"code":"a"}`},
		{"own types", problem.Error{Status: 404, Code: "a", Title: "A"}, "https://example.com/#", "1", `{"type":"https://example.com/#a","title":"A","status":404,"code":"a","request_id":"1"}`},
		{"by the status", problem.Error{Status: 404}, "", "", `{"type":"urn:problem:not_found","title":"Not Found","status":404,"code":"not_found"}`},
	}
	for _, tt := range tests {
		assert.Equal(t, string(tt.err.AppendJSON(nil, tt.types, tt.id)), tt.want, tt.name)
	}
}

func TestParseReadsWhatAppendJSONWrites(t *testing.T) {
	e, err := problem.Parse([]byte(fullJSON))
	assert.NoError(t, err)
	assert.Equal(t, string(e.AppendJSON(nil, "", "id")), fullJSON)
	assert.Equal(t, e.Issues[0].Loc, []any{"body", "a/b", 0})
	assert.Equal(t, e.Issues[1].Ctx[3], problem.Attr{Name: "int64", Value: json.Number("-9223372036854775808")})
	e, err = problem.Parse([]byte(`{"status":404,"balance":30,"errors":[{"pointer":"#/a"}]}`))
	assert.NoError(t, err)
	assert.Equal(t, e, &problem.Error{Status: 404, Issues: []problem.Issue{{}}})
}

func TestParseRefusesOtherDocuments(t *testing.T) {
	for _, text := range []string{
		"", "null x", "[]", `"text"`, `{"status":"404"}`, `{"errors":{}}`, `{"errors":[1]}`, `{"errors":[{"loc":[1.5]}]}`,
		`{"errors":[{"loc":[99999999999999999999]}]}`, `{"errors":[{"ctx":[]}]}`, `{"errors":[{"loc":"body"}]}`,
	} {
		_, err := problem.Parse([]byte(text))
		if err == nil {
			t.Errorf("%s: got no error", text)
			continue
		}
		assert.Contains(t, err.Error(), "problem: ")
	}
}

// FuzzParse checks that what was read once is written and read in the same form.
func FuzzParse(f *testing.F) {
	f.Add([]byte(fullJSON))
	f.Add([]byte(`{"errors":[{"ctx":{"a":1,"a":2,"b":{"c":[null]}},"input":{"a":1}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := problem.Parse(data)
		if err != nil {
			return
		}
		text := e.AppendJSON(nil, "", "")
		if !json.Valid(text) {
			t.Fatalf("%s is no JSON", text)
		}
		again, err := problem.Parse(text)
		assert.NoError(t, err)
		if !bytes.Equal(again.AppendJSON(nil, "", ""), text) {
			t.Errorf("%s became %s", text, again.AppendJSON(nil, "", ""))
		}
	})
}

func TestWrite(t *testing.T) {
	e := problem.New(429, "slow_down", "Slow down")
	e.Header = http.Header{"Retry-After": {"3"}}
	tests := []struct {
		name, method, given, inContext string
		want                           string // request ID
	}{
		{"ID of the client", "GET", "abc", "", "abc"},
		{"ID of middleware", "GET", "abc", "mid", "mid"},
		{"HEAD", "HEAD", "abc", "", "abc"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(tt.method, "/", nil)
			r.Header.Set("X-Request-Id", tt.given)
			if tt.inContext != "" {
				r = r.WithContext(problem.WithRequestID(r.Context(), tt.inContext))
			}
			w := httptest.NewRecorder()
			problem.Write(w, r, e)
			body := `{"type":"urn:problem:slow_down","title":"Slow down","status":429,"code":"slow_down","request_id":"` + tt.want + `"}`
			assert.Equal(t, w.Code, 429)
			assert.Equal(t, w.Header().Get("Content-Type"), problem.ContentType)
			assert.Equal(t, w.Header().Get("Retry-After"), "3")
			assert.Equal(t, w.Header().Get("X-Request-Id"), tt.want)
			if tt.method == "HEAD" {
				body = ""
			}
			assert.Equal(t, w.Body.String(), body)
		})
	}
	w := httptest.NewRecorder()
	problem.Write(w, httptest.NewRequest("GET", "/", nil), e)
	assert.Equal(t, len(w.Header().Get("X-Request-Id")), 26, "made where there is none")
}

func TestWriteAnswersThroughThePolicy(t *testing.T) {
	var got *problem.Error
	r := httptest.NewRequest("GET", "/", nil)
	assert.Equal(t, problem.HasPolicy(r.Context()), false)
	r = r.WithContext(problem.WithPolicy(r.Context(), func(w http.ResponseWriter, _ *http.Request, e *problem.Error) {
		got = e
		w.WriteHeader(e.Status)
	}))
	w := httptest.NewRecorder()
	e := problem.New(404, "", "")
	assert.Equal(t, problem.HasPolicy(r.Context()), true)
	problem.Write(w, r, e)
	assert.Equal(t, got == e, true)
	assert.Equal(t, w.Code, 404)
	assert.Equal(t, w.Body.Len(), 0)
}

func TestRequestIDsAreDifferent(t *testing.T) {
	seen := make(map[string]bool)
	for range 10_000 {
		id := problem.NewRequestID()
		if len(id) != 26 || problem.AcceptRequestID(id) != id || seen[id] {
			t.Fatalf("made the ID %q", id)
		}
		seen[id] = true
	}
}

func TestAcceptRequestID(t *testing.T) {
	longest := strings.Repeat("x", problem.MaxRequestID)
	for _, id := range []string{"a", "0", "aZ09-_.:", longest} {
		assert.Equal(t, problem.AcceptRequestID(id), id)
	}
	for _, id := range []string{"", longest + "x", "a b", "a\nb", "a\x00", "ä", "a/b", `a"`, "a,b", "a;b", "<a>"} {
		got := problem.AcceptRequestID(id)
		assert.Equal(t, len(got), 26, id)
		assert.Equal(t, problem.AcceptRequestID(got), got, "a new ID is acceptable")
	}
	one, other := problem.NewRequestID(), problem.NewRequestID()
	assert.Equal(t, one == other, false)
	assert.Equal(t, problem.RequestID(t.Context()), "")
}
