package health_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/health"
	"github.com/tenonapi/tenon/internal/assert"
)

func TestJ2ReadinessFailsWhileServeStillAccepts(t *testing.T) {
	h, err := health.New(health.Config{})
	assert.NoError(t, err)
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1", Logger: slog.New(slog.DiscardHandler)}, h.Routes)
	assert.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	assert.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	served := make(chan error, 1)
	go func() {
		served <- tenon.Serve(ctx, app, tenon.ServerConfig{Listener: l, DrainDelay: 500 * time.Millisecond})
	}()

	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // as probes are
	get := func(path string) (int, string) {
		r, err := client.Get("http://" + l.Addr().String() + path)
		if err != nil {
			return 0, err.Error()
		}
		defer func() { _ = r.Body.Close() }()
		body, _ := io.ReadAll(r.Body)
		return r.StatusCode, string(body)
	}
	status, _ := get("/readyz")
	assert.Equal(t, status, 200)
	stop()
	for status == 200 {
		status, _ = get("/readyz")
	}
	assert.Equal(t, status, 503, "before connections are refused")
	_, body := get("/readyz")
	assert.Contains(t, body, `"state":"draining"`)
	status, _ = get("/livez")
	assert.Equal(t, status, 200)
	assert.NoError(t, <-served)
}
