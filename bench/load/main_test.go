package main

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestRunMeasuresBothServices(t *testing.T) {
	dir := t.TempDir()
	var stdout bytes.Buffer
	if err := run(t.Context(), []string{"--rounds=1", "--time=50ms", "--conns=4", "--profiles=" + dir}, &stdout); err != nil {
		t.Fatal(err)
	}
	for _, job := range jobs {
		line := `(?m)^ *` + job + `( +\d+){2} +\d+\.\d\d +\d+\.\d\d–\d+\.\d\d( +\d+){2} +\d+\.\d\d +\d+\.\d\d–\d+\.\d\d *$`
		if !regexp.MustCompile(line).MatchString(stdout.String()) {
			t.Errorf("no line like %s in\n%s", line, &stdout)
		}
	}
	profiles, err := filepath.Glob(filepath.Join(dir, "*-*-1.pb.gz"))
	if err != nil || len(profiles) != 2*len(jobs) {
		t.Errorf("profiles %q, %v: want one of each service and job", profiles, err)
	}
}

// forged is a service whose answers pass through change.
func forged(t *testing.T, s *service, change func(*http.Response) error) *service {
	t.Helper()
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: s.addr})
	proxy.ModifyResponse = change
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	copied := *s
	copied.addr = strings.TrimPrefix(server.URL, "http://")
	return &copied
}

func TestServicesThatDifferAreNotTimed(t *testing.T) {
	services, stop, err := startBoth(t.Context(), config{}, t.TempDir())
	if err != nil {
		t.Fatal(errors.Join(err, stop()))
	}
	defer func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	}()
	if err := agree(t.Context(), services); err != nil {
		t.Error(err)
	}
	tests := []struct {
		name   string
		change func(*http.Response) error
		want   string
	}{
		{"status", func(r *http.Response) error { r.StatusCode = http.StatusAccepted; return nil }, "create of twin: status 202, want 201"},
		{"header", func(r *http.Response) error { r.Header.Del("X-Content-Type-Options"); return nil }, "create: harbor answers"},
		{"body", func(r *http.Response) error {
			body, err := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(bytes.Replace(body, []byte("greater_than"), []byte("greater_thin"), 1)))
			return err
		}, "all wrong: harbor answers"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := agree(t.Context(), []*service{services[0], forged(t, services[1], tt.change)})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
}

func TestClientRefusesOtherAnswers(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }))
	defer server.Close()
	c, err := dial(&service{addr: strings.TrimPrefix(server.URL, "http://")})
	if err != nil {
		t.Fatal(err)
	}
	defer c.conn.Close()
	if err := c.get("/v1/orders/17"); !errors.Is(err, errAnswer) || !strings.Contains(err.Error(), "404") {
		t.Errorf("get: %v, want %v about 404", err, errAnswer)
	}
}

func TestRunRefusesBadFlags(t *testing.T) {
	for _, args := range [][]string{{"--rounds=0"}, {"--conns=0"}, {"--time=0s"}, {"fast"}, {"--fast"}} {
		if err := run(t.Context(), args, io.Discard); err == nil {
			t.Errorf("run(%q): want an error", args)
		}
	}
}

func TestQuantile(t *testing.T) {
	tests := []struct {
		values  []float64
		q, want float64
	}{
		{[]float64{3}, 0.25, 3},
		{[]float64{9, 4, 5}, 0.5, 5},
		{[]float64{3, 1}, 0.5, 2},
		{[]float64{5, 1, 2, 3, 4}, 0.75, 4},
	}
	for _, tt := range tests {
		if got := quantile(tt.values, tt.q); got != tt.want {
			t.Errorf("quantile(%v, %v) = %v, want %v", tt.values, tt.q, got, tt.want)
		}
	}
}

func TestProcessorTimeIsThatOfTheProcess(t *testing.T) {
	before, err := processorTime(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	for after := before; after == before; { // until we have had a processor
		if after, err = processorTime(os.Getpid()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := processorTime(1 << 22); err == nil {
		t.Error("processor time of no process: want an error")
	}
}
