package tenon_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
)

// These are how many bytes a request may allocate for each byte of its body: the most is for an
// any of many small objects. A list of structs takes the size of its items besides.
const (
	perByteOfAny   = 100
	perByteOfTyped = 25
)

// TestD9InputsAreBoundedByDefault sends the largest bodies of shapes that grow in memory to
// operations whose types have no bound of their own.
func TestD9InputsAreBoundedByDefault(t *testing.T) {
	app := newApp(t, nil, func(r *tenon.Router) {
		tenon.Post(r, "/any", reads[any])
		tenon.Post(r, "/text", reads[string])
		tenon.Post(r, "/texts", reads[[]string])
		tenon.Post(r, "/lists", reads[[][]int])
		tenon.Post(r, "/pointers", reads[[]*int])
		tenon.Post(r, "/map", reads[map[string]string])
	})
	const limit = 1 << 20
	list := func(item string) string {
		return "[" + strings.Repeat(item+",", (limit-2-len(item))/(len(item)+1)) + item + "]"
	}
	for _, test := range []struct {
		path, body string
		status     int
	}{
		{"/any", list(`[]`), http.StatusNoContent},
		{"/any", list(`{}`), http.StatusNoContent},
		{"/any", list(`{"":1}`), http.StatusNoContent},
		{"/any", list(`1`), http.StatusNoContent},
		{"/any", strings.Repeat("[", limit), http.StatusBadRequest},
		{"/text", `"` + strings.Repeat("x", limit-2) + `"`, http.StatusNoContent},
		{"/texts", list(`""`), http.StatusNoContent},
		{"/texts", list(`1`), http.StatusUnprocessableEntity},
		{"/lists", list(`[]`), http.StatusNoContent},
		{"/pointers", list(`1`), http.StatusNoContent},
		{"/map", `{"` + strings.Repeat("x", limit-7) + `":""}`, http.StatusNoContent},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		assert.Equal(t, statusOf(app, test.path, test.body), test.status, test.path, test.body[:8])
		runtime.ReadMemStats(&after)
		if got := (after.TotalAlloc - before.TotalAlloc) / uint64(len(test.body)); got > perByteOfTyped && (test.path != "/any" || got > perByteOfAny) {
			t.Errorf("%s %s…: %d bytes for each of the body", test.path, test.body[:8], got)
		}
		beyond := test.body + strings.Repeat(" ", limit+1-len(test.body))
		assert.Equal(t, statusOf(app, test.path, beyond), http.StatusRequestEntityTooLarge, test.path, "beyond the limit")
	}
}

func TestD9HeadersAreBoundedByDefault(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := serve(t, tenon.ServerConfig{})
		_, answer := s.ask(t, "GET /fast?q="+strings.Repeat("a", 80<<10)+" HTTP/1.1\r\nHost: a\r\n\r\n")
		assert.Contains(t, <-answer, "431 ")
		s.stop()
		assert.NoError(t, <-s.done)
	})
}

func reads[T any](context.Context, *struct{ Body T }) (tenon.NoContent, error) {
	return tenon.NoContent{}, nil
}

func statusOf(h http.Handler, path, body string) int {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code
}
