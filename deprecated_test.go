package tenon_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/middleware"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/tenontest"
)

// When the operations of the tests are deprecated, and when they may be gone.
var (
	since  = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	sunset = time.Date(2027, 11, 1, 1, 0, 0, 0, time.FixedZone("", 3600))
)

const (
	wantDeprecation = "@1793491200"
	wantSunset      = "Mon, 01 Nov 2027 00:00:00 GMT"
	wantGuides      = `<https://zoo.example/migrate>; rel="deprecation", <https://zoo.example/migrate>; rel="sunset"`
)

// old deprecates operations with all that there is to say.
var old = tenon.Deprecated{Since: since, Sunset: sunset, Link: "https://zoo.example/migrate"}

func TestK1K2K3DeprecatedOperationsSaySoInHeaders(t *testing.T) {
	for _, tt := range []struct {
		name                      string
		d                         tenon.Deprecated
		deprecation, sunset, link string
	}{
		{"since", tenon.Deprecated{Since: since}, wantDeprecation, "", ""},
		{"before 1970", tenon.Deprecated{Since: time.Date(1969, 12, 31, 23, 59, 59, 5e8, time.UTC)}, "@-1", "", ""},
		{"at once", tenon.Deprecated{Since: since, Sunset: since}, wantDeprecation, "Sun, 01 Nov 2026 00:00:00 GMT", ""},
		{"link", tenon.Deprecated{Since: since, Link: "http://a.example"}, wantDeprecation, "", `<http://a.example>; rel="deprecation"`},
		{"all", old, wantDeprecation, wantSunset, wantGuides},
		{"URL", tenon.Deprecated{Since: since, Successor: "https://a.example/v2?a=b"}, wantDeprecation, "", `<https://a.example/v2?a=b>; rel="successor-version"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newClient(t, func(r *tenon.Router) { tenon.Get(r, "/a", ok[none, item], tt.d) }).Do("GET", "/a", "")
			assert.Equal(t, r.Status, 200)
			assert.Equal(t, r.Header.Values("Deprecation"), []string{tt.deprecation})
			assert.Equal(t, strings.Join(r.Header.Values("Sunset"), "|"), tt.sunset)
			assert.Equal(t, strings.Join(r.Header.Values("Link"), "|"), tt.link)
		})
	}
}

func TestEveryAnswerOfDeprecatedOperationsSaysSo(t *testing.T) {
	refused := problem.New(http.StatusTooManyRequests, "", "")
	type token struct {
		Token string `header:"X-Token" status:"401"`
	}
	type linked struct {
		Link string `header:"Link"`
		Body item
	}
	app := newApp(t, nil, func(r *tenon.Router) {
		r.Use(tenon.MapError(errGone, 404, "missing", "Missing"))
		v1 := r.Group("/v1", old)
		tenon.Get(v1, "/item", ok[none, item])
		tenon.Post(v1, "/item", ok[struct{ Body item }, tenon.Created[item]], tenon.Limits{BodyBytes: 20})
		tenon.Get(v1, "/missing", func(context.Context, *none) (item, error) { return item{}, errGone }, tenon.Errors(errGone))
		tenon.Get(v1, "/failure", func(context.Context, *none) (item, error) { return item{}, errOther })
		tenon.Get(v1, "/panic", func(context.Context, *none) (item, error) { panic("no") })
		tenon.Get(v1, "/private", ok[token, item])
		tenon.Get(v1, "/slow", func(ctx context.Context, _ *none) (item, error) { <-ctx.Done(); return item{}, ctx.Err() }, tenon.Limits{Timeout: time.Nanosecond})
		tenon.Get(v1, "/lines", func(context.Context, *none) (tenon.Lines[item], error) {
			return func(yield func(item, error) bool) { yield(item{Name: "a"}, nil) }, nil
		})
		tenon.Get(v1, "/nothing", ok[none, tenon.NoContent])
		tenon.Get(v1, "/moved", func(context.Context, *none) (tenon.Redirect, error) { return tenon.Redirect{Location: "/v2"}, nil })
		tenon.Get(v1, "/linked", func(context.Context, *none) (linked, error) { return linked{Link: `</x>; rel="next"`}, nil })
		tenon.Get(v1, "/replied", ok[none, item], tenon.Around(func(_ context.Context, _ *none, c *tenon.Call) error {
			c.Reply(tenon.Answer{Status: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(`{"name":"","count":0}`)})
			return nil
		}))
		tenon.Get(v1, "/guarded", ok[none, item], tenon.Guard(func(context.Context, *none) error { return refused }, tenon.Errors(refused)))
		tenon.Get(v1, "/limited", ok[none, item], tenon.Middleware(func(http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { problem.Write(w, r, refused) })
		}))
		v1.Mount("/files", http.NotFoundHandler())
		tenon.Get(r, "/v2/item", ok[none, item])
		r.Mount("/other", http.NotFoundHandler())
	})
	c := tenontest.New(t, app)
	c.ServerErrors = true
	for _, tt := range []struct {
		method, target, body string
		status               int
		deprecated           bool
	}{
		{"GET", "/v1/item", "", 200, true},
		{"HEAD", "/v1/item", "", 200, true},
		{"POST", "/v1/item", `{"name":"a","count":1}`, 413, true},
		{"POST", "/v1/item", `{"name":""`, 400, true},
		{"POST", "/v1/item", `{"count":1}`, 422, true},
		{"GET", "/v1/missing", "", 404, true},
		{"GET", "/v1/failure", "", 500, true},
		{"GET", "/v1/panic", "", 500, true},
		{"GET", "/v1/private", "", 401, true},
		{"GET", "/v1/slow", "", 504, true},
		{"GET", "/v1/lines", "", 200, true},
		{"GET", "/v1/nothing", "", 204, true},
		{"GET", "/v1/moved", "", 303, true},
		{"GET", "/v1/linked", "", 200, true},
		{"GET", "/v1/replied", "", 200, true},
		{"GET", "/v1/guarded", "", 429, true},
		{"GET", "/v1/limited", "", 429, true},
		{"GET", "/v1/files/a", "", 404, true},
		{"GET", "/v2/item", "", 200, false},
		{"GET", "/other", "", 404, false},
		{"GET", "/v1/unknown", "", 404, false},
		{"DELETE", "/v1/item", "", 405, false},
		{"OPTIONS", "/v1/item", "", 204, false},
		{"GET", "/openapi.json", "", 200, false},
	} {
		t.Run(tt.method+tt.target, func(t *testing.T) {
			r := c.Do(tt.method, tt.target, tt.body)
			assert.Equal(t, r.Status, tt.status, string(r.Body))
			want := map[string]string{"Deprecation": wantDeprecation, "Sunset": wantSunset, "Link": wantGuides}
			if tt.target == "/v1/linked" {
				want["Link"] += `, </x>; rel="next"`
			}
			for name, value := range want {
				if !tt.deprecated {
					value = ""
				}
				assert.Equal(t, strings.Join(r.Header.Values(name), ", "), value)
			}
		})
	}
}

func TestTransportsThatShareNoHeadersSayItToo(t *testing.T) {
	x := &fake{method: "GET", path: "/a"}
	newApp(t, nil, func(r *tenon.Router) { tenon.Get(r, "/a", ok[none, item], old) }).ServeExchange(x)
	assert.Equal(t, x.answer, http.Header{
		"Deprecation": {wantDeprecation}, "Sunset": {wantSunset}, "Link": {wantGuides}, "Content-Type": {"application/json"},
	})
}

func TestK4AfterTheSunsetTheAnswerIs410IfAskedFor(t *testing.T) {
	var now time.Time
	ran := 0
	gone := old
	gone.Gone = true
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1", Schema: schema.Config{Now: func() time.Time { return now }}}, func(r *tenon.Router) {
		count := func(context.Context, *none) (item, error) { ran++; return item{}, nil }
		tenon.Get(r, "/kept", count, old)
		tenon.Get(r, "/gone", count, gone)
		tenon.Get(r, "/wrapped", count, gone, tenon.Middleware(wrapper(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-Seen", "1") })))
		r.Mount("/mounted", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { ran++ }), gone)
	})
	assert.NoError(t, err)
	c := tenontest.New(t, app)
	for _, tt := range []struct {
		now    time.Time
		target string
		gone   bool
	}{
		{sunset.Add(-time.Nanosecond), "/gone", false},
		{sunset.Add(-time.Nanosecond), "/wrapped", false},
		{sunset.Add(-time.Nanosecond), "/mounted/a", false},
		{sunset, "/gone", true},
		{sunset, "/wrapped", true},
		{sunset, "/mounted/a", true},
		{sunset.AddDate(9, 0, 0), "/gone", true},
		{sunset.AddDate(9, 0, 0), "/kept", false},
	} {
		now, ran = tt.now, 0
		r := c.Do("GET", tt.target, "")
		assert.Equal(t, ran == 0, tt.gone, tt.target)
		assert.Equal(t, r.Header.Get("Deprecation")+r.Header.Get("Sunset"), wantDeprecation+wantSunset)
		assert.Equal(t, r.Header.Get("X-Seen"), map[bool]string{true: "1"}[tt.target == "/wrapped"])
		if tt.gone {
			wantProblem(t, c, r, 410, "operation_gone")
		} else {
			assert.Equal(t, r.Status, 200)
		}
	}
	assert.Equal(t, app.Document().Paths["/gone"].Get.Responses["410"] != nil, true)
	assert.Equal(t, app.Document().Paths["/kept"].Get.Responses["410"] == nil, true)
}

func TestK3TheSuccessorIsLinkedRelativeToTheRequest(t *testing.T) {
	to := func(successor string) tenon.Deprecated { return tenon.Deprecated{Since: since, Successor: successor} }
	app := newApp(t, nil, func(r *tenon.Router) {
		v1 := r.Group("/v1", tenon.Version("v1"), to("v2"))
		tenon.Get(v1, "/animals", ok[none, item])
		tenon.Get(v1, "/animals/{id}", ok[byID, item])
		tenon.Get(v1, "/cages", ok[none, item]) // there are none in v2
		v2 := r.Group("/v2", tenon.Version("v2"))
		tenon.Put(v2, "/animals", ok[none, item])
		tenon.Get(v2, "/animals/{id}", ok[byID, item])
		tenon.Get(v2, "/files/{path...}", ok[struct {
			Path string `path:"path"`
		}, item])
		tenon.Get(r, "/old", ok[none, item], to("/v2/animals"))
		tenon.Get(r, "/files/{path...}", ok[struct {
			Path string `path:"path"`
		}, item], to("/v2/files/{path...}"))
		r.Mount("/legacy/{id}", http.NotFoundHandler(), to("/v2/animals/{id}"))
	})
	mux := http.NewServeMux()
	mux.Handle("/shop/", http.StripPrefix("/shop", app))
	for target, want := range map[string]string{
		"/v1/animals":         "/v2/animals",
		"/v1/animals/7":       "/v2/animals/7",
		"/v1/animals/%C3%A4":  "/v2/animals/%C3%A4",
		"/v1/animals/a%3E":    "/v2/animals/a%3E",
		"/v1/animals/a%2Fb":   "/v2/animals/a%2Fb",
		"/v1/animals/%0D%0Aa": "/v2/animals/%0D%0Aa",
		"/v1/cages":           "",
		"/old":                "/v2/animals",
		"/files/a/b%20c/d":    "/v2/files/a/b%20c/d",
		"/legacy/7":           "/v2/animals/7",
		"/legacy/7/and/below": "/v2/animals/7",
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "http://zoo.example/shop"+target, nil)
		mux.ServeHTTP(w, r)
		assert.Equal(t, w.Header().Get("Deprecation"), wantDeprecation, target)
		got := w.Header().Get("Link")
		if want == "" {
			assert.Equal(t, got, "", target)
			continue
		}
		reference, ok := strings.CutSuffix(strings.TrimPrefix(got, "<"), `>; rel="successor-version"`)
		assert.Equal(t, ok, true, target, got)
		resolved, err := r.URL.Parse(reference)
		assert.NoError(t, err)
		assert.Equal(t, resolved.String(), "http://zoo.example/shop"+want, target, reference)
	}
	assert.Equal(t, app.Document().Paths["/v1/animals/{id}"].Get.Description, "Deprecated since 2026-11-01; use `/v2/animals/{id}`.")
	assert.Equal(t, app.DocumentOf("v1").Info.Description, "Deprecated since 2026-11-01; use `v2`.")
}

func TestK3TheDocumentAgreesWithTheHeaders(t *testing.T) {
	gone := tenon.Deprecated{Since: since, Sunset: sunset, Gone: true, Successor: "https://a.example/v2"}
	app := newApp(t, nil, func(r *tenon.Router) {
		v1 := r.Group("/v1", tenon.Version("v1"), old)
		tenon.Get(v1, "/a", ok[none, item], tenon.Doc{Description: "Reads *a*.\n"})
		tenon.Put(v1, "/a", ok[none, item], tenon.Deprecated{Since: since})
		v0 := r.Group("/v0", tenon.Version("v0"), gone)
		tenon.Get(v0, "/a", ok[none, item])
		tenon.Get(r, "/a", ok[none, item])
	})
	doc := app.DocumentOf("v1")
	op := doc.Paths["/v1/a"].Get
	assert.Equal(t, op.Deprecated, true)
	assert.Equal(t, string(op.Extensions["x-sunset"]), `"2027-11-01"`)
	assert.Equal(t, op.Description, "Reads *a*.\n\nDeprecated since 2026-11-01; may be gone from 2027-11-01 on. See <https://zoo.example/migrate>.")
	for status, r := range op.Responses {
		if r.Ref != "" {
			r = doc.Components.Responses[strings.TrimPrefix(r.Ref, "#/components/responses/")]
		}
		assert.Equal(t, string(r.Headers["Deprecation"].Example), `"`+wantDeprecation+`"`, status)
		assert.Equal(t, string(r.Headers["Sunset"].Example), `"`+wantSunset+`"`, status)
		assert.Equal(t, r.Headers["Link"] != nil, true, status)
	}
	put := doc.Paths["/v1/a"].Put
	assert.Equal(t, put.Deprecated, true)
	assert.Equal(t, len(put.Extensions), 0)
	assert.Equal(t, len(put.Responses["200"].Headers), 1)
	assert.Equal(t, doc.Info.Description, "", "its operations are not deprecated in one way")
	v0 := app.DocumentOf("v0")
	assert.Equal(t, v0.Info.Description, "Deprecated since 2026-11-01; gone from 2027-11-01 on; use <https://a.example/v2>.")
	unversioned := v0.Paths["/a"].Get
	assert.Equal(t, unversioned.Deprecated, false)
	assert.Equal(t, unversioned.Responses["200"].Headers == nil, true)
	i := slices.IndexFunc(app.Operations(), func(op *tenon.Operation) bool { return op.Path == "/v0/a" })
	assert.Equal(t, *app.Operations()[i].Deprecated, gone)
	assert.Equal(t, strings.Contains(app.Explain()[i], "\n  retires   Deprecated since 2026-11-01; gone from"), true, app.Explain()[i])
}

func TestK5DeprecatedUseIsInTheAccessLog(t *testing.T) {
	log := new(logs)
	srv := newServer(t, log, func(r *tenon.Router) {
		r.Use(tenon.Middleware(middleware.AccessLog(slog.New(log.handler()))))
		tenon.Get(r, "/old/{id}", ok[byID, item], old)
		tenon.Get(r, "/new", ok[none, item])
	})
	for _, target := range []string{"/old/7", "/old/x", "/new"} {
		r, err := http.Get(srv.URL + target)
		assert.NoError(t, err)
		assert.NoError(t, r.Body.Close())
	}
	var got []string
	for _, l := range log.lines(t) {
		got = append(got, fmt.Sprint(l["route"], " ", l["status"], l["deprecated"]))
	}
	assert.Equal(t, got, []string{"/old/{id} 200 true", "/old/{id} 200 true", "/new 200 <nil>"})
}

func TestTheInnermostDeprecationCountsAsAWhole(t *testing.T) {
	c := newClient(t, func(r *tenon.Router) {
		r.Use(old)
		tenon.Get(r, "/a", ok[none, item], tenon.Deprecated{Since: since.AddDate(1, 0, 0)})
	})
	r := c.Do("GET", "/a", "")
	assert.Equal(t, r.Header.Get("Deprecation"), "@1825027200")
	assert.Equal(t, r.Header.Get("Sunset")+r.Header.Get("Link"), "")
}

func TestMistakesInDeprecations(t *testing.T) {
	n := line()
	got := mistakes(t, func(r *tenon.Router) {
		r.Group("/a", tenon.Deprecated{})
		r.Group("/b", tenon.Deprecated{Since: sunset, Sunset: since})
		r.Group("/c", tenon.Deprecated{Since: since, Gone: true})
		r.Group("/d", tenon.Deprecated{Since: since, Sunset: since.AddDate(8000, 0, 0)})
		r.Group("/e", tenon.Deprecated{Since: since, Link: "/migrate"})
		r.Group("/f", tenon.Deprecated{Since: since, Link: "https://a.example/<b>", Successor: "mailto:ada@a.example"})
		r.Use(tenon.Guard(func(context.Context, *none) error { return nil }, old))
		v1 := r.Group("/v1", tenon.Version("v1"))
		tenon.Get(v1, "/g", ok[none, item], tenon.Deprecated{Since: since, Successor: "/v2/unknown"})
		tenon.Get(v1, "/h", ok[none, item], tenon.Deprecated{Since: since, Successor: "/items/{id}"})
		tenon.Get(v1, "/i", ok[none, item], tenon.Deprecated{Since: since, Successor: "v1"})
		tenon.Get(v1, "/j", ok[none, item], tenon.Deprecated{Since: since, Successor: "v3"})
		tenon.Get(v1, "/k", ok[none, item], tenon.Deprecated{Since: since, Successor: "v2"})
		tenon.Get(r, "/l", ok[none, item], tenon.Deprecated{Since: since, Successor: "v2"})
		r.Mount("/m", http.NotFoundHandler(), tenon.Deprecated{Since: since, Successor: "/v2/unknown"})
		tenon.Get(r, "/v2/x", ok[none, item], tenon.Version("v2"))
		tenon.Get(r, "/items/{id}", ok[byID, item])
		tenon.Get(r, "/n", ok[none, struct {
			Sunset string `header:"Sunset"`
		}], old)
	})
	at := func(i int, text string) string { return fmt.Sprintf("%s:%d: %s", here(), n+1+i, text) }
	want := []string{
		at(1, "Deprecated.Since is zero: want the time from when on the operations are deprecated"),
		at(2, "Deprecated.Sunset is 2026-11-01, before Since, 2027-11-01"),
		at(3, "Deprecated.Gone needs a Sunset: want the time from when on the answer is 410"),
		at(4, "Deprecated.Sunset is in the year 10026, which its header cannot say"),
		at(5, `Deprecated.Link is "/migrate": want a URL such as https://example.com/migrate`),
		at(6, `Deprecated.Link is "https://a.example/<b>": want a URL such as https://example.com/migrate`),
		at(6, `Deprecated.Successor is "mailto:ada@a.example": want a version, a path, or a URL such as https://example.com/v2`),
		at(7, "option Deprecated says nothing about a stage"),
		at(9, `GET /v1/g: Deprecated.Successor is "/v2/unknown": there is no operation with this path`),
		at(10, `GET /v1/h: Deprecated.Successor is "/items/{id}": the operation has no parameter "id"`),
		at(11, `GET /v1/i: Deprecated.Successor is the version "v1": want another one than that of the operation`),
		at(12, `GET /v1/j: Deprecated.Successor is the version "v3": no operation has it`),
		at(13, `GET /v1/k: Deprecated.Successor is the version "v2": no operation of v1 has the same path there`),
		at(14, `GET /l: Deprecated.Successor is the version "v2": want a Version on what is deprecated`),
		at(15, `mount /m: Deprecated.Successor is "/v2/unknown": there is no operation with this path`),
		at(18, `GET /n: the answer declares the header Sunset, which Deprecated sets`),
	}
	slices.Sort(got)
	slices.Sort(want)
	assert.Equal(t, got, want)
}

func TestDeprecationCostsNoAllocation(t *testing.T) {
	d := old
	d.Successor = "/new"
	app := newApp(t, nil, func(r *tenon.Router) {
		tenon.Get(r, "/new", ok[none, item])
		tenon.Get(r, "/old", ok[none, item], d)
	})
	w := &header{h: make(http.Header, 8)}
	measure := func(target string) float64 {
		r := httptest.NewRequest("GET", target, nil)
		return testing.AllocsPerRun(200, func() {
			clear(w.h)
			app.ServeHTTP(w, r)
		})
	}
	current := measure("/new")
	assert.Equal(t, measure("/old"), current)
	assert.Equal(t, w.h.Get("Link"), wantGuides+`, <./new>; rel="successor-version"`)
}

// header is a ResponseWriter that keeps nothing but the header.
type header struct{ h http.Header }

func (w *header) Header() http.Header         { return w.h }
func (w *header) Write(p []byte) (int, error) { return len(p), nil }
func (w *header) WriteHeader(int)             {}

func TestSuccessorsOfARootThatIsAskedForWithoutASlash(t *testing.T) {
	shop, err := tenon.New(tenon.Config{Title: "Shop", Version: "1", BasePath: "/shop"}, func(r *tenon.Router) {
		tenon.Get(r, "/", says[none]("root"), tenon.Deprecated{Since: since, Successor: "/v2"})
		tenon.Get(r, "/v2", says[none]("v2"))
	})
	assert.NoError(t, err)
	for name, h := range map[string]http.Handler{
		"mounted":  newApp(t, nil, func(r *tenon.Router) { r.Mount("/shop", shop) }),
		"stripped": http.StripPrefix("/shop", shop),
	} {
		for path, want := range map[string]string{"/shop": "</shop/v2>", "/shop/": "<./v2>"} {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
			assert.Equal(t, w.Code, 200, name, path)
			assert.Equal(t, w.Header().Get("Link"), want+`; rel="successor-version"`, name, path)
		}
	}
}
