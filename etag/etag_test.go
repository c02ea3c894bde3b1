package etag_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/etag"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/tenontest"
)

type found struct {
	ETag     string `header:"ETag"`
	Modified string `header:"Last-Modified"`
	Body     string
}

type stored struct {
	tag     string
	changed time.Time
}

func newClient(t testing.TB, now stored) *tenontest.Client {
	t.Helper()
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		tenon.Get(r, "/a", func(context.Context, *struct{}) (found, error) {
			out := found{ETag: now.tag, Body: "text"}
			if !now.changed.IsZero() {
				out.Modified = now.changed.UTC().Format(http.TimeFormat)
			}
			return out, nil
		}, etag.Reads())
		tenon.Put(r, "/a", func(_ context.Context, in *struct{ etag.If }) (tenon.NoContent, error) {
			return tenon.NoContent{}, in.Check(now.tag, now.changed)
		}, tenon.Errors(etag.ErrFailed))
		tenon.Delete(r, "/a", func(_ context.Context, in *struct{ etag.Must }) (tenon.NoContent, error) {
			return tenon.NoContent{}, in.Check(now.tag)
		}, tenon.Errors(etag.ErrFailed))
	})
	assert.NoError(t, err)
	return tenontest.New(t, app)
}

func TestC14C16PreconditionsAreCheckedInTheirOrder(t *testing.T) {
	changed := time.Date(2026, 11, 6, 8, 49, 37, 500, time.UTC)
	const (
		at      = "Fri, 06 Nov 2026 08:49:37 GMT"
		before  = "Fri, 06 Nov 2026 08:49:36 GMT"
		rfc850  = "Friday, 06-Nov-26 08:49:37 GMT"
		asctime = "Fri Nov  6 08:49:37 2026"
	)
	strong, weak, none := stored{`"a"`, changed}, stored{`W/"a"`, changed}, stored{}
	tests := []struct {
		name    string
		now     stored
		headers []string
		get     int
		put     int
	}{
		{"nothing", strong, nil, 200, 204},
		{"If-Match", strong, []string{`If-Match: "a"`}, 200, 204},
		{"If-Match of several", strong, []string{`If-Match: "b", "a"`}, 200, 204},
		{"If-Match of several lines", strong, []string{`If-Match: "b"`, `If-Match: "a"`}, 200, 204},
		{"If-Match with a comma inside", strong, []string{`If-Match: "b,", "a"`}, 200, 204},
		{"If-Match of another", strong, []string{`If-Match: "b"`}, 412, 412},
		{"If-Match *", strong, []string{`If-Match: *`}, 200, 204},
		{"If-Match * of nothing", none, []string{`If-Match: *`}, 412, 412},
		{"If-Match compares strongly, weak asked", strong, []string{`If-Match: W/"a"`}, 412, 412},
		{"If-Match compares strongly, weak there", weak, []string{`If-Match: "a"`}, 412, 412},
		{"If-Match without quotes", strong, []string{`If-Match: a`}, 412, 412},
		{"If-Match without an end", strong, []string{`If-Match: "a`}, 412, 412},
		{"If-None-Match", strong, []string{`If-None-Match: "a"`}, 304, 412},
		{"If-None-Match of another", strong, []string{`If-None-Match: "b"`}, 200, 204},
		{"If-None-Match compares weakly, weak asked", strong, []string{`If-None-Match: W/"a"`}, 304, 412},
		{"If-None-Match compares weakly, weak there", weak, []string{`If-None-Match: "b", "a"`}, 304, 412},
		{"If-None-Match *", strong, []string{`If-None-Match: *`}, 304, 412},
		{"If-None-Match * of nothing", none, []string{`If-None-Match: *`}, 200, 204},
		{"If-Unmodified-Since", strong, []string{"If-Unmodified-Since: " + at}, 200, 204},
		{"If-Unmodified-Since before", strong, []string{"If-Unmodified-Since: " + before}, 412, 412},
		{"If-Unmodified-Since that is no date", strong, []string{"If-Unmodified-Since: yesterday"}, 200, 204},
		{"If-Match goes before If-Unmodified-Since", strong, []string{`If-Match: "a"`, "If-Unmodified-Since: " + before}, 200, 204},
		{"If-Match goes before If-None-Match", strong, []string{`If-Match: "b"`, `If-None-Match: "a"`}, 412, 412},
		{"both hold", strong, []string{`If-Match: "a"`, `If-None-Match: "b"`}, 200, 204},
		{"If-Modified-Since", strong, []string{"If-Modified-Since: " + at}, 304, 204},
		{"If-Modified-Since as RFC 850", strong, []string{"If-Modified-Since: " + rfc850}, 304, 204},
		{"If-Modified-Since as asctime", strong, []string{"If-Modified-Since: " + asctime}, 304, 204},
		{"If-Modified-Since before", strong, []string{"If-Modified-Since: " + before}, 200, 204},
		{"If-None-Match goes before If-Modified-Since", strong, []string{`If-None-Match: "b"`, "If-Modified-Since: " + at}, 200, 204},
		{"no date to compare", stored{`"a"`, time.Time{}}, []string{"If-Modified-Since: " + at}, 200, 204},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newClient(t, tt.now)
			for method, want := range map[string]int{"GET": tt.get, "HEAD": tt.get, "PUT": tt.put} {
				r := c.Do(method, "/a", "", tt.headers...)
				assert.Equal(t, r.Status, want, method)
				if want == http.StatusNotModified {
					assert.Equal(t, string(r.Body), "")
					assert.Equal(t, r.Header.Get("Etag"), tt.now.tag)
					assert.Equal(t, r.Header.Get("Last-Modified"), at)
				}
			}
		})
	}
}

func TestC15AMissingPreconditionIs428(t *testing.T) {
	c := newClient(t, stored{tag: `"a"`})
	for header, want := range map[string]int{`X: 1`: 428, `If-Match: "a"`: 204, `If-Match: "b"`: 412, `If-Match: W/"a"`: 412, `If-Match: *`: 204} {
		assert.Equal(t, c.Do("DELETE", "/a", "", header).Status, want, header)
	}
}

func TestOtherAnswersStayAsTheyAre(t *testing.T) {
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		tenon.Get(r, "/a", func(context.Context, *struct{}) (tenon.Reply[string], error) {
			return tenon.Reply[string]{Status: 202, Header: http.Header{"Etag": {`"a"`}}}, nil
		}, tenon.Status(200, 202), etag.Reads())
	})
	assert.NoError(t, err)
	assert.Equal(t, tenontest.New(t, app).Do("GET", "/a", "", `If-None-Match: "a"`).Status, 202)
	assert.Equal(t, app.Document().Paths["/a"].Get.Responses["304"] != nil, true)
	assert.Equal(t, app.Document().Paths["/a"].Get.Responses["412"] != nil, true)
}

func TestTagsNameAVersion(t *testing.T) {
	assert.Equal(t, etag.Of("a", "b"), etag.Of("a", "b"))
	assert.Equal(t, etag.Of("a", "b") == etag.Of("ab"), false)
	assert.Equal(t, len(etag.Of("a")), 22)
}

func ExampleReads() {
	app, err := tenon.New(tenon.Config{Title: "Texts", Version: "1.0.0"}, func(r *tenon.Router) {
		tenon.Get(r, "/text", func(context.Context, *struct{}) (found, error) {
			return found{ETag: etag.Of("text", "7"), Body: "hello"}, nil
		}, etag.Reads())
	})
	if err != nil {
		panic(err)
	}
	c := tenontest.New(exampleTB{}, app)
	first := c.Do("GET", "/text", "")
	again := c.Do("GET", "/text", "", "If-None-Match: "+first.Header.Get("ETag"))
	fmt.Println(first.Status, again.Status)
	// Output: 200 304
}

// exampleTB stands in for the *testing.T that an example does not have.
type exampleTB struct{ testing.TB }

func (exampleTB) Helper()                  {}
func (exampleTB) Context() context.Context { return context.Background() }
