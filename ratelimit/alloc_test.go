package ratelimit_test

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/ratelimit"
)

func BenchmarkLimit(b *testing.B) {
	for name, opts := range map[string][]tenon.Option{
		"without": {tenon.Around(func(ctx context.Context, _ *struct{ Caller tenon.Caller }, c *tenon.Call) error { return c.Next(ctx) })},
		"with":    {ratelimit.Limit(ratelimit.Config{Quota: 1e6, Window: time.Second})},
	} {
		b.Run(name, func(b *testing.B) {
			app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
				r.Use(tenon.Value(tenon.Caller("ada")))
				tenon.Get(r, "/a", func(context.Context, *none) (int, error) { return 0, nil }, opts...)
			})
			assert.NoError(b, err)
			r := httptest.NewRequest("GET", "/a", nil)
			w := httptest.NewRecorder()
			b.ReportAllocs()
			for b.Loop() {
				clear(w.Header())
				w.Body.Reset()
				app.ServeHTTP(w, r)
			}
		})
	}
}
