package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/tenontest"
)

func TestOperationsAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app, err := tenon.New(tenon.Config{Title: "Limits", Version: "1"}, routes)
		assert.NoError(t, err)
		codes := make(chan int, 10)
		for range 10 {
			go func() {
				w := httptest.NewRecorder()
				app.ServeHTTP(w, httptest.NewRequest("GET", "/reports/2026", nil))
				codes <- w.Code
			}()
		}
		count := make(map[int]int)
		for range 10 {
			count[<-codes]++
		}
		assert.Equal(t, count, map[int]int{200: 4, 503: 6})
		c := tenontest.New(t, app)
		assert.Equal(t, c.Do("POST", "/notes", `{"text":"`+strings.Repeat("x", 17<<10)+`"}`).Status, 413)
		assert.Equal(t, c.Do("POST", "/notes", `{"text":"x"}`).Status, 204)
		assert.Contains(t, app.Explain()[1], "limits    body of 1048576 bytes, 30s, 4 at once\n")
	})
}

func TestHandlersAreGuarded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, err := guarded(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/panic":
				panic("boom")
			case "/stuck":
				<-r.Context().Done()
			default:
				if _, err := io.Copy(io.Discard, r.Body); err == nil {
					_, _ = io.WriteString(w, strings.Repeat("text ", 1000))
				}
			}
		}))
		assert.NoError(t, err)
		for target, want := range map[string]int{"/": 200, "/panic": 500, "/stuck": 504} {
			w := httptest.NewRecorder()
			r := httptest.NewRequest("GET", target, nil)
			r.Header.Set("Accept-Encoding", "gzip")
			h.ServeHTTP(w, r)
			assert.Equal(t, w.Code, want, target)
			assert.Equal(t, w.Header().Get("Content-Encoding") == "gzip", want == 200, target)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("POST", "/", strings.NewReader(strings.Repeat("x", 65<<10))))
		assert.Equal(t, w.Code, 413)
		time.Sleep(time.Minute) // nothing is left that waits
	})
}
