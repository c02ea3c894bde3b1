package health_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net/http/httptest"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/health"
)

func ExampleNew() {
	ping := func(context.Context) error { return errors.New("connection refused") }
	h, err := health.New(health.Config{
		Checks: []health.Check{{Name: "database", Run: ping, Timeout: 500 * time.Millisecond}},
		Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		log.Fatal(err)
	}
	app, err := tenon.New(tenon.Config{Title: "Orders", Version: "1.0.0", Logger: slog.New(slog.DiscardHandler)}, h.Routes)
	if err != nil {
		log.Fatal(err)
	}
	for _, path := range []string{"/livez", "/readyz"} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("X-Request-Id", "req-1")
		app.ServeHTTP(w, r)
		fmt.Println(w.Code, w.Body)
	}
	// Output:
	// 200 {"status":"ok"}
	// 503 {"type":"urn:problem:not_ready","title":"Service is not ready","status":503,"code":"not_ready","request_id":"req-1","data":{"state":"failing","checks":[{"name":"database","status":"failing"}]}}
}
