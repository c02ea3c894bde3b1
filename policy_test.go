package tenon_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/tenontest"
)

// declinedError carries facts for clients, and some that are not for them.
type declinedError struct {
	reason string
	retry  time.Duration
	card   string
}

func (e *declinedError) Error() string { return "card " + e.card + " declined: " + e.reason }

type declinedData struct {
	Reason string `json:"reason" check:"enum=funds|limit"`
	Retry  int    `json:"retry_seconds"`
}

func declined() tenon.Option {
	return tenon.MapErrorAs(402, "declined", "Payment declined", func(e *declinedError) declinedData {
		return declinedData{e.reason, int(e.retry.Seconds())}
	})
}

func TestMapErrorAsShowsFacts(t *testing.T) {
	c, app := newClientOf(t, declining)
	r := c.Do("GET", "/a", "", "X-Request-Id: x")
	assert.Equal(t, string(r.Body), `{"type":"urn:problem:declined","title":"Payment declined","status":402,"code":"declined","request_id":"x","data":{"reason":"funds","retry_seconds":60}}`)
	assert.Equal(t, string(c.Problem(r).Data), `{"reason":"funds","retry_seconds":60}`)
	wantProblem(t, c, c.Do("GET", "/b", ""), 402, "no_credit") // of the same status

	text, err := app.Document().JSON()
	assert.NoError(t, err)
	var doc struct {
		Components struct {
			Responses map[string]struct {
				Content map[string]struct{ Schema any }
			}
			Schemas map[string]any
		}
	}
	assert.NoError(t, json.Unmarshal(text, &doc))
	response := doc.Components.Responses["402.declined"]
	data, err := json.Marshal(response.Content[problem.ContentType].Schema)
	assert.NoError(t, err)
	assert.Equal(t, string(data), `{"allOf":[{"$ref":"#/components/schemas/Problem"},{"properties":{"data":{"$ref":"#/components/schemas/DeclinedData"}},"required":["data"],"type":"object"}]}`)
	assert.Equal(t, doc.Components.Schemas["DeclinedData"] != nil, true)
	both, err := json.Marshal(doc.Components.Responses["402.declined.no_credit"].Content[problem.ContentType].Schema)
	assert.NoError(t, err)
	assert.Contains(t, string(both), `{"anyOf":[{"allOf":`)
}

// declining answers a declinedError at /a, and one of two kinds at /b.
func declining(r *tenon.Router) {
	r.Use(declined())
	noCredit := problem.New(402, "no_credit", "No credit")
	tenon.Get(r, "/a", func(context.Context, *none) (item, error) {
		return item{}, fmt.Errorf("charge: %w", &declinedError{"funds", time.Minute, "4111"})
	}, tenon.Errors(new(declinedError)))
	tenon.Get(r, "/b", func(context.Context, *none) (item, error) { return item{}, noCredit }, tenon.Errors(noCredit, new(declinedError)))
}

// A shape cannot be printed while it is empty.
type shape interface{ area() float64 }

type square struct {
	Side float64 `json:"side"`
}

func (s square) area() float64 { return s.Side * s.Side }

type tooSmall struct{ shape shape }

func (*tooSmall) Error() string { return "too small" }

func TestFactsThatCannotBePrinted(t *testing.T) {
	type facts struct {
		Shape shape `json:"shape"`
	}
	log := new(logs)
	app := newApp(t, log, func(r *tenon.Router) {
		r.Use(tenon.MapErrorAs(409, "too_small", "Shape is too small", func(e *tooSmall) facts { return facts{e.shape} }))
		r.Use(tenon.Union[shape]("type", schema.As[square]("square"))) // the order does not matter
		tenon.Get(r, "/a/{id}", func(_ context.Context, in *byID) (item, error) {
			if in.ID == "empty" {
				return item{}, new(tooSmall)
			}
			return item{}, &tooSmall{square{1}}
		}, tenon.Errors(new(tooSmall)))
	})
	c := tenontest.New(t, app)
	r := c.Do("GET", "/a/square", "")
	wantProblem(t, c, r, 409, "too_small")
	assert.Equal(t, string(c.Problem(r).Data), `{"shape":{"type":"square","side":1}}`)
	assert.Equal(t, app.Document().Paths["/a/{id}"].Get.Responses["409"] != nil, true)

	c.ServerErrors = true
	wantProblem(t, c, c.Do("GET", "/a/empty", ""), 500, "internal_error")
	assert.Contains(t, fmt.Sprint(log.lines(t)[0]["error"]), "encode the data of the error too_small: ")
}

// plainPolicy answers errors with a code in plain text, and lists of issues as JSON.
type plainPolicy struct{}

func (plainPolicy) Answer(dst []byte, e *problem.Error, requestID string) (int, string, []byte) {
	switch {
	case e.Code == "outside":
		return 200, "text/plain", append(dst, "fine"...)
	case e.Issues != nil:
		dst, _ = json.Marshal(map[string]int{"wrong": len(e.Issues)})
		return 400, "application/json", dst
	}
	return e.Status, "text/plain; charset=utf-8", fmt.Append(dst, e.Code, " ", requestID, " ", string(e.Data))
}

func (plainPolicy) Describe(e *problem.Error, data *openapi.Schema) (string, *openapi.Schema) {
	switch {
	case e.Code == "validation_failed":
		return "Wrong", &openapi.Schema{Type: openapi.Types{"object"}, Properties: openapi.Properties{{Name: "wrong", Schema: &openapi.Schema{Type: openapi.Types{"integer"}}}}}
	case data != nil:
		return "", &openapi.Schema{Type: openapi.Types{"string"}, Description: "With facts"}
	}
	return "", &openapi.Schema{Type: openapi.Types{"string"}}
}

// oddPolicy describes the errors with a code by a schema that cannot be written.
type oddPolicy struct {
	plainPolicy
	code string
}

func (p oddPolicy) Describe(e *problem.Error, data *openapi.Schema) (string, *openapi.Schema) {
	if e.Code == p.code {
		return "", &openapi.Schema{Extensions: openapi.Extensions{"odd": nil}}
	}
	return p.plainPolicy.Describe(e, data)
}

// TestADocumentThatCannotBeWrittenIsAStartUpError, although the document is made later.
func TestADocumentThatCannotBeWrittenIsAStartUpError(t *testing.T) {
	for code, wrong := range map[string]bool{"declined": true, "malformed_body": true, "other": false} {
		_, err := tenon.New(tenon.Config{Title: "T", Version: "1", Errors: oddPolicy{code: code}}, declining, posts)
		if !wrong {
			assert.NoError(t, err)
			continue
		}
		assert.Contains(t, fmt.Sprint(err), `the document: openapi: extension "odd" does not begin with x-`)
	}
}

func TestOnePolicyDecidesHowEveryErrorLooks(t *testing.T) {
	log := new(logs)
	app, err := tenon.New(tenon.Config{Title: "T", Version: "1", Errors: plainPolicy{}, Logger: slog.New(log.handler())}, declining, posts, func(r *tenon.Router) {
		tenon.Get(r, "/outside", func(context.Context, *none) (item, error) { return item{}, problem.New(409, "outside", "") }, tenon.Describe(409, "Outside"))
		tenon.Get(r, "/panic", func(context.Context, *none) (item, error) { panic("boom") })
		tenon.Get(r, "/denied", ok[none, item], tenon.Middleware(func(http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				problem.Write(w, r, problem.New(http.StatusUnauthorized, "", ""))
			})
		}))
	})
	assert.NoError(t, err)
	c := tenontest.New(t, app)
	c.ServerErrors = true
	tests := []struct {
		method, target, body string
		status               int
		want                 string
	}{
		{"GET", "/a", "", 402, `declined x {"reason":"funds","retry_seconds":60}`},
		{"GET", "/b", "", 402, "no_credit x "},
		{"GET", "/nothing", "", 404, "not_found x "},
		{"PUT", "/a", "", 405, "method_not_allowed x "},
		{"POST", "/items", "{", 400, `{"wrong":1}`},
		{"POST", "/items", "{}", 400, `{"wrong":2}`},
		{"GET", "/panic", "", 500, "internal_error x "},
		{"GET", "/denied", "", 401, "unauthorized x "},
		{"GET", "/outside", "", 500, "internal_error x "},
	}
	for _, tt := range tests {
		r := c.Do(tt.method, tt.target, tt.body, "X-Request-Id: x")
		assert.Equal(t, r.Status, tt.status, tt.target)
		assert.Equal(t, string(r.Body), tt.want, tt.target)
	}
	last := log.lines(t)[1]
	assert.Equal(t, last["error"], any("the error policy answered outside with the status 200, want one from 400 to 599"))
	doc := app.Document()
	assert.Equal(t, doc.Components.Schemas["Problem"] == nil, true)
	assert.Equal(t, doc.Components.Schemas["Wrong"] != nil, true)
	assert.Equal(t, doc.Paths["/items"].Post.Responses["422"] == nil, true) // this policy has none
	shared := doc.Components.Responses[strings.TrimPrefix(doc.Paths["/items"].Post.Responses["400"].Ref, "#/components/responses/")]
	assert.Equal(t, len(shared.Content), 2)
	facts := doc.Components.Responses[strings.TrimPrefix(doc.Paths["/a"].Get.Responses["402"].Ref, "#/components/responses/")]
	assert.Equal(t, facts.Content["text/plain; charset=utf-8"].Schema.Description, "With facts")
}

// Errors that are known by their place have different data in different places.
func TestSameErrorWithOtherFactsInAnotherGroup(t *testing.T) {
	c, app := newClientOf(t, func(r *tenon.Router) {
		fail := func(context.Context, *none) (item, error) { return item{}, &declinedError{reason: "funds"} }
		tenon.Get(r.Group("/v1", tenon.MapErrorAs(402, "declined", "Declined", func(e *declinedError) string { return e.reason })), "", fail, tenon.Errors(new(declinedError)))
		tenon.Get(r.Group("/v2", declined()), "", fail, tenon.Errors(new(declinedError)))
		tenon.Get(r.Group("/v3", declined(), tenon.Errors(new(declinedError))), "", fail)
	})
	assert.Equal(t, string(c.Problem(c.Do("GET", "/v1", "")).Data), `"funds"`)
	assert.Equal(t, string(c.Problem(c.Do("GET", "/v2", "")).Data), `{"reason":"funds","retry_seconds":0}`)
	var refs []string
	for _, path := range []string{"/v1", "/v2", "/v3"} {
		refs = append(refs, strings.TrimPrefix(app.Document().Paths[path].Get.Responses["402"].Ref, "#/components/responses/"))
	}
	assert.Equal(t, refs, []string{"402.declined", "402.declined-2", "402.declined-2"})
}

// PEERS row 29: what providers, their providers and stages raise is in the document.
func TestPeers29ErrorsAreInheritedThroughTheGraph(t *testing.T) {
	mapped := func(err error, status int, code string) tenon.Option {
		return tenon.MapError(err, status, code, "Title of "+code)
	}
	errDeep, errGuard, errClose := errors.New("deep"), errors.New("guard"), errors.New("close")
	c, app := newClientOf(t, func(r *tenon.Router) {
		r.Use(mapped(errDeep, 403, "deep"), mapped(errGuard, 409, "guard"), mapped(errClose, 503, "close"))
		r.Use(tenon.Provide(func(_ context.Context, in *struct {
			Fail string `query:"fail" default:""`
		}) (tenant, error) {
			if in.Fail == "deep" {
				return "", errDeep
			}
			return tenant(in.Fail), nil
		}, tenon.Errors(errDeep)))
		r.Use(tenon.Scoped(func(_ context.Context, in *struct{ Tenant tenant }) (session, tenon.Close, error) {
			return session{}, func(context.Context, error) error {
				if in.Tenant == "close" {
					return errClose
				}
				return nil
			}, nil
		}, tenon.Errors(errClose)))
		guarded := r.Group("/g", tenon.Guard(func(_ context.Context, in *struct{ Tenant tenant }) error {
			if in.Tenant == "guard" {
				return errGuard
			}
			return nil
		}, tenon.Errors(errGuard)))
		tenon.Get(guarded, "/uses", func(_ context.Context, in *struct {
			_      session
			Tenant tenant
		}) (item, error) {
			if in.Tenant == "undeclared" {
				return item{}, errGone
			}
			return item{}, nil
		})
		tenon.Get(guarded, "/plain", ok[none, item])
		tenon.Get(r, "/nothing", ok[none, item])
	})
	listed := func(path string) (codes []string) {
		for code := range app.Document().Paths[path].Get.Responses {
			if code == "403" || code == "409" || code == "503" {
				codes = append(codes, code)
			}
		}
		return codes
	}
	assert.Equal(t, len(listed("/g/uses")), 3)
	assert.Equal(t, len(listed("/g/plain")), 2)
	assert.Equal(t, len(listed("/nothing")), 0)
	wantProblem(t, c, c.Do("GET", "/g/uses?fail=deep", ""), 403, "deep")
	wantProblem(t, c, c.Do("GET", "/g/uses?fail=guard", ""), 409, "guard")
	wantProblem(t, c, c.Do("GET", "/g/uses?fail=close", ""), 503, "close")
	assert.Equal(t, app.Undeclared(), int64(0))
	c.ServerErrors = true
	wantProblem(t, c, c.Do("GET", "/g/uses?fail=undeclared", ""), 500, "internal_error")
	assert.Equal(t, app.Undeclared(), int64(1))
}

// A problem that nobody declared is shown, counted, and fails tests.
func TestUndeclaredProblemsAreShownAndCounted(t *testing.T) {
	_, app := newClientOf(t, failing(problem.New(409, "taken", "Taken")))
	w := &watchedTest{TB: t}
	c := tenontest.New(w, app)
	assert.Equal(t, c.Do("GET", "/a", "").Status, 409)
	assert.Contains(t, w.failure, "the operation does not declare the problem taken: Taken: say Errors(problem.New(…)) or Describe(409, …)")
	assert.Equal(t, app.Undeclared(), int64(1))
}

func TestADeclaredProblemIsDocumentedAsItIsShown(t *testing.T) {
	p := &problem.Error{Status: 409} // its code and title are those of the status
	c, app := newClientOf(t, failing(p, tenon.Errors(p)))
	wantProblem(t, c, c.Do("GET", "/a", ""), 409, "conflict")
	assert.Equal(t, app.Document().Components.Responses["409.conflict"].Description, "Conflict (`conflict`)")
}

// watchedTest is a test whose failure is noted.
type watchedTest struct {
	testing.TB
	failure string
}

func (w *watchedTest) Helper()                           {}
func (w *watchedTest) Errorf(format string, args ...any) { w.failure = fmt.Sprintf(format, args...) }

// The example of facts in the document is made of the tags of their type, so that it is valid.
func TestTheExampleOfFactsIsValid(t *testing.T) {
	type part struct {
		Kind string `json:"kind" check:"enum=disk|net"`
	}
	type state struct {
		Phase string `json:"phase" check:"enum=starting|failing"`
		Since int    `json:"since"`
		Node  string `json:"node" example:"n1"`
		Parts []part `json:"parts"`
		Main  part   `json:"main"`
	}
	_, app := newClientOf(t, func(r *tenon.Router) {
		r.Use(tenon.MapErrorAs(503, "away", "Away", func(*driverError) state { return state{} }))
		tenon.Get(r, "/", func(context.Context, *struct{}) (int, error) { return 0, nil }, tenon.Errors(new(driverError)))
	})
	text, err := app.Document().JSON()
	assert.NoError(t, err)
	var doc struct {
		Components struct {
			Responses map[string]struct {
				Content map[string]struct {
					Examples map[string]struct {
						Value struct{ Data json.RawMessage }
					}
				}
			}
		}
	}
	assert.NoError(t, json.Unmarshal(text, &doc))
	var data bytes.Buffer
	assert.NoError(t, json.Compact(&data, doc.Components.Responses["503.away"].Content[problem.ContentType].Examples["away"].Value.Data))
	assert.Equal(t, data.String(), `{"phase":"starting","since":0,"node":"n1","parts":[],"main":{"kind":"disk"}}`)
}

// A textsPolicy answers JSON, as body says, and describes it as describe does.
type textsPolicy struct {
	body     func(code string) string
	describe func(code string) (string, *openapi.Schema)
}

func (p textsPolicy) Answer(dst []byte, e *problem.Error, _ string) (int, string, []byte) {
	return e.Status, "application/json", append(dst, p.body(e.Code)...)
}

func (p textsPolicy) Describe(e *problem.Error, _ *openapi.Schema) (string, *openapi.Schema) {
	return p.describe(e.Code)
}

func TestMistakesInPolicies(t *testing.T) {
	body := func(string) string { return "{}" }
	bare := func(code string) string {
		if code == "full" {
			return code
		}
		return "{}"
	}
	for want, p := range map[string]textsPolicy{
		`the answer to full is application/json, but its body is no JSON: "full"`: {bare, func(string) (string, *openapi.Schema) { return "", nil }},
		`the schema "full" of full is nil`:                                        {body, func(code string) (string, *openapi.Schema) { return code, nil }},
	} {
		errs := mistakesOf(t, tenon.Config{Title: "T", Version: "1", Errors: p}, func(r *tenon.Router) {
			tenon.Get(r, "/", ok[none, item], tenon.Errors(problem.New(409, "full", "Full")))
		})
		assert.Contains(t, strings.Join(errs, "\n"), want)
	}
}

func TestPoliciesNeedNotDescribeAllErrorsOfAStatus(t *testing.T) {
	union := &openapi.Schema{AnyOf: []*openapi.Schema{{Type: openapi.Types{"object"}}, {Type: openapi.Types{"string"}}}}
	policy := textsPolicy{func(string) string { return "{}" }, func(code string) (string, *openapi.Schema) {
		return "", map[string]*openapi.Schema{"full": union, "late": {Type: openapi.Types{"object"}}}[code]
	}}
	full, late, other := problem.New(409, "full", "Full"), problem.New(409, "late", "Late"), problem.New(409, "other", "Other")
	app, err := tenon.New(tenon.Config{Title: "T", Version: "1", Errors: policy}, func(r *tenon.Router) {
		tenon.Get(r, "/some", ok[none, item], tenon.Errors(full, other))
		tenon.Get(r, "/all", ok[none, item], tenon.Errors(full, late))
	})
	assert.NoError(t, err)
	responses := app.Document().Components.Responses
	assert.Equal(t, responses["409.full.other"].Content["application/json"].Schema == nil, true)
	assert.Equal(t, len(responses["409.full.late"].Content["application/json"].Schema.AnyOf), 2)
	assert.Equal(t, len(union.AnyOf), 2, "the schema of the policy stays as it is")
}
