package fastapi_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/e2e/fastapi/apps"
	"github.com/tenonapi/tenon/internal/assert"
)

// A recording is the file of one application.
type recording struct {
	App, Area string
	Describe  struct{ Stateful bool }
	OpenAPI   document
	Exchanges []exchange
}

// An exchange is a request and what FastAPI answered.
type exchange struct {
	Name            string
	Request         request
	Response        response
	ReferenceDefect bool `json:"reference_defect"`
	FreshState      bool `json:"fresh_state"`
	Volatile        struct{ Headers, Body, Unordered []string }
}

type request struct {
	Method, Target string
	Headers        [][2]string
	Body           string
	BodyBase64     []byte `json:"body_base64"`
}

type response struct {
	Status      int
	Headers     [][2]string
	JSON        json.RawMessage
	Text        string
	Base64      []byte
	TextOmitted string `json:"text_omitted"`
	HTMLTitle   string `json:"html_title"`
}

// recordings returns the folder of the recorded applications, or skips the test.
func recordings(t *testing.T) string {
	t.Helper()
	root := os.Getenv("TENON_CONFORMANCE")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "conformance")
	}
	dir := filepath.Join(root, "fastapi", "apps")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("skipped: there are no recordings here (TENON_CONFORMANCE names the folder): %v", err)
	}
	return dir
}

func read(t *testing.T, dir, app string) *recording {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, app+".json"))
	assert.NoError(t, err)
	r := new(recording)
	assert.NoError(t, json.Unmarshal(text, r))
	return r
}

// A server serves an application until the test ends.
type server struct {
	t    *testing.T
	app  *apps.App
	addr string
	conn net.Conn // kept between requests, nil for none
	in   *bufio.Reader
	stop func()
}

// start serves a new instance of the application.
func (s *server) start() *tenon.App {
	s.t.Helper()
	app, err := s.app.New(slog.New(slog.DiscardHandler))
	if err != nil {
		s.t.Fatalf("%s: %v", s.app.Name, err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	assert.NoError(s.t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- tenon.Serve(ctx, app, tenon.ServerConfig{Listener: l}) }()
	s.addr = l.Addr().String()
	s.stop = func() {
		s.hangUp()
		cancel()
		assert.NoError(s.t, <-done)
	}
	return app
}

func (s *server) hangUp() {
	if s.conn != nil {
		_ = s.conn.Close()
		s.conn = nil
	}
}

// An answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// send sends a request as it was recorded. Where the server has closed the connection that was kept, as
// after a body that it did not read to its end, it does so again on another.
func (s *server) send(r *request) (*answer, error) {
	kept := s.conn != nil
	got, err := s.exchange(r)
	if err != nil && kept {
		return s.exchange(r)
	}
	return got, err
}

// exchange sends a request once.
func (s *server) exchange(r *request) (*answer, error) {
	if s.conn == nil {
		conn, err := net.Dial("tcp", s.addr)
		if err != nil {
			return nil, err
		}
		s.conn, s.in = conn, bufio.NewReader(conn)
	}
	if err := s.conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return nil, err
	}
	if _, err := s.conn.Write(r.text()); err != nil {
		s.hangUp()
		return nil, err
	}
	in, err := http.ReadResponse(s.in, &http.Request{Method: r.Method})
	if err != nil {
		s.hangUp()
		return nil, err
	}
	body, err := io.ReadAll(in.Body)
	if err != nil || in.Close {
		s.hangUp()
	}
	return &answer{in.StatusCode, in.Header, body}, err
}

// text is the request on the wire.
func (r *request) text() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", r.Method, r.Target)
	for _, h := range r.Headers {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
	}
	body := r.BodyBase64
	if body == nil {
		body = []byte(r.Body)
	}
	if len(body) > 0 || r.Method == http.MethodPost || r.Method == http.MethodPut || r.Method == http.MethodPatch {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(body))
	}
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}

// TestRecordedRequestsAreAnsweredAsRecorded sends each recorded request to the application of its name, and
// compares the answers but for the differences in DIFFERENCES.md.
func TestRecordedRequestsAreAnsweredAsRecorded(t *testing.T) {
	dir := recordings(t)
	list := apps.All()
	tallies := make([]tally, len(list))
	t.Run("apps", func(t *testing.T) {
		for i := range list {
			t.Run(list[i].Name, func(t *testing.T) {
				t.Parallel()
				tallies[i] = read(t, dir, list[i].Name).replay(t, &list[i])
			})
		}
	})
	text := report(tallies)
	t.Logf("\n%s", text)
	assert.Golden(t, text, "differences.txt")
	explained(t, string(text))
}

// replay sends all requests of a recording to app.
func (r *recording) replay(t *testing.T, app *apps.App) (sum tally) {
	t.Helper()
	s := &server{t: t, app: app}
	r.OpenAPI.compare(t, s.start())
	defer func() { s.stop() }()
	sum.area, sum.total = r.Area, len(r.Exchanges)
	for i := range r.Exchanges {
		e := &r.Exchanges[i]
		if e.FreshState {
			s.stop()
			s.start()
		}
		got, err := s.send(&e.Request)
		if err != nil {
			t.Errorf("%d %s: %v", i, e.Name, err)
			continue
		}
		list := e.differences(got)
		if len(list) == 0 {
			sum.matched++
			continue
		}
		entry := entryOf(app.Name, e, &outcome{got.status, list})
		if entry == "" {
			t.Errorf("%d %s: %s %s\n%s", i, e.Name, e.Request.Method, e.Request.Target, strings.Join(list, "\n"))
			entry = "?"
		}
		sum.lines = append(sum.lines, fmt.Sprintf("%s %s %d %s", entry, app.Name, i, strings.TrimPrefix(e.Name, "probe: ")))
	}
	return sum
}
