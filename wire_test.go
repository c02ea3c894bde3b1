package tenon_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/problem"
)

// A visitors book has the names of the requests whose handlers ran.
type visitors struct {
	mu    sync.Mutex
	names []string
}

func (v *visitors) add(name string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.names = append(v.names, name)
}

func (v *visitors) take() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	names := v.names
	v.names = nil
	return names
}

// app returns an application whose operations note their requests.
func (v *visitors) app(t testing.TB, cfg tenon.Config) *tenon.App {
	cfg.Title, cfg.Version, cfg.Logger = "Test", "1", slog.New(slog.DiscardHandler)
	app, err := tenon.New(cfg, func(r *tenon.Router) {
		tenon.Get(r, "/see/{name}", func(_ context.Context, in *struct {
			Name string `path:"name"`
		}) (item, error) {
			v.add(in.Name)
			return item{Name: in.Name}, nil
		})
		tenon.Post(r, "/send/{name}", func(_ context.Context, in *struct {
			Name string `path:"name"`
			Body item
		}) (item, error) {
			v.add(in.Name)
			return in.Body, nil
		})
		tenon.Post(r, "/ignore/{name}", func(_ context.Context, in *struct {
			Name string `path:"name"`
		}) (item, error) {
			v.add(in.Name)
			return item{Name: in.Name}, nil
		})
	})
	assert.NoError(t, err)
	return app
}

const (
	seeA     = "GET /see/a HTTP/1.1\r\nHost: a\r\n"
	seeB     = "GET /see/b HTTP/1.1\r\nHost: a\r\n\r\n"
	sendA    = "POST /send/a HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
	ignoreA  = "POST /ignore/a HTTP/1.1\r\nHost: a\r\n"
	coded    = "Transfer-Encoding: chunked\r\n"
	oneChunk = "15\r\n" + `{"name":"a","count":1` + "\r\n1\r\n}\r\n0\r\n\r\n"
	whole    = `{"name":"a","count":1}`
	length   = "Content-Length: 22\r\n"
)

// A wireTest is what a client sends, in one piece, and what becomes of it.
type wireTest struct {
	name, sent string
	answers    []int    // statuses
	ran        []string // names of the requests whose handlers ran
	kept       bool     // the connection takes another request
	detail     string   // of the last answer
}

func wireTests() []wireTest {
	const bad, invalid, media, wide, future = http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusUnsupportedMediaType, http.StatusRequestHeaderFieldsTooLarge, http.StatusHTTPVersionNotSupported
	a, ab := []string{"a"}, []string{"a", "b"}
	return []wireTest{
		// C17
		{name: "length and coding", sent: sendA + length + coded + "\r\n" + oneChunk + seeB, answers: []int{200}, ran: a},
		{name: "coding and length", sent: sendA + coded + length + "\r\n" + oneChunk + seeB, answers: []int{200}, ran: a},
		{name: "length and coding, body not read", sent: ignoreA + length + coded + "\r\n" + oneChunk + seeB, answers: []int{200}, ran: a},
		{name: "length and coding, smuggled by the length", sent: sendA + "Content-Length: 5\r\n" + coded + "\r\n0\r\n\r\n" + seeB, answers: []int{invalid}},
		{name: "length and coding behind another", sent: seeA + "\r\n" + ignoreA + length + coded + "\r\n" + oneChunk + seeB, answers: []int{200, 200}, ran: []string{"a", "a"}},
		{name: "length and coding, refused media type", sent: "POST /send/a HTTP/1.1\r\nHost: a\r\n" + length + coded + "\r\n" + oneChunk + seeB, answers: []int{media}},
		{name: "length and coding, no such path", sent: "POST /nowhere HTTP/1.1\r\nHost: a\r\n" + length + coded + "\r\n" + oneChunk + seeB, answers: []int{404}},
		{name: "coding in HTTP/1.0", sent: "POST /ignore/a HTTP/1.0\r\n" + coded + "\r\n0\r\n\r\n", answers: []int{bad}, detail: "HTTP/1.0 has no Transfer-Encoding"},

		// C17b
		{name: "two lengths", sent: sendA + length + "Content-Length: 2\r\n\r\n" + whole + seeB, answers: []int{bad}, detail: "Content-Length is given twice"},
		{name: "the same length twice", sent: sendA + length + length + "\r\n" + whole + seeB, answers: []int{bad}, detail: "Content-Length is given twice"},
		{name: "the same length twice, with another header between", sent: sendA + length + "A: b\r\n" + "content-LENGTH:22\r\n\r\n" + whole + seeB, answers: []int{bad}, detail: "Content-Length is given twice"},
		{name: "list of lengths", sent: sendA + "Content-Length: 22, 22\r\n\r\n" + whole + seeB, answers: []int{bad}, detail: "Content-Length is not a number"},
		{name: "signed length", sent: sendA + "Content-Length: +22\r\n\r\n" + whole + seeB, answers: []int{bad}, detail: "Content-Length is not a number"},
		{name: "negative length", sent: sendA + "Content-Length: -1\r\n\r\n" + seeB, answers: []int{bad}, detail: "Content-Length is not a number"},
		{name: "hexadecimal length", sent: sendA + "Content-Length: 0x16\r\n\r\n" + whole + seeB, answers: []int{bad}, detail: "Content-Length is not a number"},
		{name: "empty length", sent: sendA + "Content-Length:\r\n\r\n" + seeB, answers: []int{bad}, detail: "Content-Length is not a number"},
		{name: "huge length", sent: sendA + "Content-Length: 9223372036854775808\r\n\r\n" + seeB, answers: []int{bad}, detail: "Content-Length is not a number"},
		{name: "bad length beside a coding", sent: sendA + coded + "Content-Length: x\r\n\r\n" + oneChunk + seeB, answers: []int{bad}, detail: "Content-Length is not a number"},
		{name: "two codings", sent: sendA + coded + coded + "\r\n" + oneChunk + seeB, answers: []int{501}},
		{name: "unknown coding", sent: sendA + "Transfer-Encoding: gzip, chunked\r\n\r\n" + oneChunk + seeB, answers: []int{501}},
		{name: "identity coding", sent: sendA + "Transfer-Encoding: identity\r\n\r\n" + oneChunk + seeB, answers: []int{501}},
		{name: "coding with a vertical tab", sent: sendA + "Transfer-Encoding: \vchunked\r\n\r\n" + oneChunk + seeB, answers: []int{bad}},
		{name: "bad chunk size", sent: sendA + coded + "\r\nzz\r\n" + seeB, answers: []int{bad}},
		{name: "chunk size 0x5", sent: sendA + coded + "\r\n0x5\r\nabcde\r\n0\r\n\r\n" + seeB, answers: []int{bad}},
		{name: "chunk size +5", sent: sendA + coded + "\r\n+5\r\nabcde\r\n0\r\n\r\n" + seeB, answers: []int{bad}},
		{name: "huge chunk size", sent: sendA + coded + "\r\nfffffffffffffffff\r\n" + seeB, answers: []int{bad}},
		{name: "chunk longer than its size", sent: sendA + coded + "\r\n1\r\n{}\r\n0\r\n\r\n" + seeB, answers: []int{bad}},
		{name: "chunk size without CR", sent: sendA + coded + "\r\n16\n" + whole + "\r\n0\r\n\r\n" + seeB, answers: []int{bad}},
		{name: "bad chunk that nobody reads", sent: ignoreA + coded + "\r\nzz\r\n" + seeB, answers: []int{200}, ran: a},
		{name: "folded trailer", sent: sendA + coded + "\r\n16\r\n" + whole + "\r\n0\r\nA: b\r\n c\r\n\r\n" + seeB, answers: []int{bad}},

		// C18
		{name: "no host", sent: "GET /see/a HTTP/1.1\r\n\r\n" + seeB, answers: []int{bad}, detail: "missing required Host header"},
		{name: "two hosts", sent: seeA + "Host: b\r\n\r\n" + seeB, answers: []int{bad}},
		{name: "the same host twice", sent: seeA + "Host: a\r\n\r\n" + seeB, answers: []int{bad}},
		{name: "absolute target without a host", sent: "GET http:///see/a HTTP/1.1\r\nHost: a\r\n\r\n" + seeB, answers: []int{bad}, detail: "the target is absolute and has no host"},
		{name: "bad host", sent: "GET /see/a HTTP/1.1\r\nHost: a/b\r\n\r\n" + seeB, answers: []int{bad}, detail: "malformed Host header"},
		{name: "host with a user", sent: "GET /see/a HTTP/1.1\r\nHost: u@a\r\n\r\n" + seeB, answers: []int{bad}, detail: "malformed Host header"},
		{name: "host with a space", sent: "GET /see/a HTTP/1.1\r\nHost: a b\r\n\r\n" + seeB, answers: []int{bad}, detail: "malformed Host header"},
		{name: "space before the colon", sent: seeA + "A : b\r\n\r\n" + seeB, answers: []int{bad}, detail: "whitespace stands before the colon of a header line"},
		{name: "length with a space before the colon", sent: sendA + "Content-Length : 22\r\n\r\n" + whole + seeB, answers: []int{bad}, detail: "whitespace stands before the colon of a header line"},
		{name: "tab before the colon", sent: seeA + "A\t: b\r\n\r\n" + seeB, answers: []int{bad}, detail: "whitespace stands before the colon of a header line"},
		{name: "folded header", sent: seeA + "A: b\r\n c\r\n\r\n" + seeB, answers: []int{bad}, detail: "a header line is folded"},
		{name: "folded with a tab", sent: seeA + "A: b\r\n\tc\r\n\r\n" + seeB, answers: []int{bad}, detail: "a header line is folded"},
		{name: "folded first header", sent: "GET /see/a HTTP/1.1\r\n Host: a\r\n\r\n" + seeB, answers: []int{bad}, detail: "a header line is folded"},
		{name: "bare CR", sent: seeA + "A: b\rc\r\n\r\n" + seeB, answers: []int{bad}, detail: "a CR stands without LF"},
		{name: "bare CR before CRLF", sent: seeA + "A: b\r\r\n\r\n" + seeB, answers: []int{bad}, detail: "a CR stands without LF"},
		{name: "bare CR in the request line", sent: "GET /see/a\rb HTTP/1.1\r\nHost: a\r\n\r\n" + seeB, answers: []int{bad}, detail: "a CR stands without LF"},
		{name: "bare CR for the empty line", sent: seeA + "\r" + seeB, answers: []int{bad}},

		// What net/http refuses by itself.
		{name: "no HTTP", sent: "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", answers: []int{bad}},
		{name: "no target", sent: "GET HTTP/1.1\r\nHost: a\r\n\r\n", answers: []int{bad}},
		{name: "bad percent-encoding", sent: "GET /see/%zz HTTP/1.1\r\nHost: a\r\n\r\n", answers: []int{bad}},
		{name: "bad method", sent: "G=T /see/a HTTP/1.1\r\nHost: a\r\n\r\n", answers: []int{bad}},
		{name: "NUL in a value", sent: seeA + "A: \x00\r\n\r\n" + seeB, answers: []int{bad}},
		{name: "header without a colon", sent: seeA + "A\r\n\r\n" + seeB, answers: []int{bad}},
		{name: "header without a name", sent: seeA + ": b\r\n\r\n" + seeB, answers: []int{bad}},
		{name: "HTTP/2 in HTTP/1", sent: "GET /see/a HTTP/2.0\r\nHost: a\r\n\r\n" + seeB, answers: []int{future}, detail: "unsupported protocol version"},
		{name: "HTTP/0.9", sent: "GET /see/a HTTP/0.9\r\nHost: a\r\n\r\n" + seeB, answers: []int{future}, detail: "unsupported protocol version"},
		{name: "preface of HTTP/2", sent: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + seeB, answers: []int{404}},
		{name: "header of 80 KB", sent: seeA + "A: " + strings.Repeat("a", 80_000) + "\r\n\r\n" + seeB, answers: []int{wide}},
		{name: "10,000 headers", sent: seeA + strings.Repeat("A: b\r\n", 12_000) + "\r\n" + seeB, answers: []int{wide}},
		{name: "unknown expectation", sent: seeA + "Expect: tea\r\n\r\n" + seeB, answers: []int{http.StatusExpectationFailed}},
		{name: "refused behind a good one", sent: seeA + "\r\n" + "GET /see/b HTTP/1.1\r\n\r\n" + seeB, answers: []int{200, bad}, ran: a, detail: "missing required Host header"},
		{name: "folded behind a good one", sent: seeA + "\r\n" + seeA + " b\r\n\r\n" + seeB, answers: []int{200, bad}, ran: a, detail: "a header line is folded"},

		// What is well-formed stays so.
		{name: "two in one piece", sent: seeA + "\r\n" + seeB, answers: []int{200, 200}, ran: ab, kept: true},
		{name: "chunks", sent: sendA + coded + "\r\n" + oneChunk + seeB, answers: []int{200, 200}, ran: ab, kept: true},
		{name: "chunks with extensions and trailer", sent: sendA + coded + "\r\n16;a=b\r\n" + whole + "\r\n0;c\r\nA: b\r\n\r\n" + seeB, answers: []int{200, 200}, ran: ab, kept: true},
		{name: "length", sent: sendA + length + "\r\n" + whole + seeB, answers: []int{200, 200}, ran: ab, kept: true},
		{name: "length with spaces", sent: sendA + "content-length: \t 22 \t\r\n\r\n" + whole + seeB, answers: []int{200, 200}, ran: ab, kept: true},
		{name: "coding in capitals", sent: sendA + "TRANSFER-ENCODING:CHUNKED\r\n\r\n" + oneChunk + seeB, answers: []int{200, 200}, ran: ab, kept: true},
		{name: "LF without CR", sent: "GET /see/a HTTP/1.1\nHost: a\n\n" + seeB, answers: []int{200, 200}, ran: ab, kept: true},
		{name: "body not read", sent: ignoreA + length + "\r\n" + whole + seeB, answers: []int{200, 200}, ran: ab, kept: true},
		{name: "empty line after POST", sent: sendA + length + "\r\n" + whole + "\r\n" + seeB, answers: []int{200, 200}, ran: ab, kept: true},
		{name: "empty host", sent: "GET /see/a HTTP/1.1\r\nHost:\r\n\r\n" + seeB, answers: []int{200, 200}, ran: ab, kept: true},
		{name: "HTTP/1.0", sent: "GET /see/a HTTP/1.0\r\n\r\n" + seeB, answers: []int{200}, ran: a},
		{name: "header of 60 KB", sent: seeA + "A: " + strings.Repeat("a", 60_000) + "\r\n\r\n" + seeB, answers: []int{200, 200}, ran: ab, kept: true},
		{name: "content like heads", sent: ignoreA + "Content-Length: 40\r\n\r\n" + "GET /see/x HTTP/1.1\r\nA: b\r\n c\rd\r\n\r\n....." + seeB, answers: []int{200, 200}, ran: ab, kept: true},
	}
}

func TestC17C18MessagesOnTheWire(t *testing.T) {
	cert, pool := certificate(t)
	dials := map[string]func(t *testing.T) (*visitors, net.Conn){
		"plain": func(t *testing.T) (*visitors, net.Conn) {
			v := new(visitors)
			return v, dial(t, start(t, v.app(t, tenon.Config{}), tenon.ServerConfig{}))
		},
		"TLS": func(t *testing.T) (*visitors, net.Conn) {
			v := new(visitors)
			addr := start(t, v.app(t, tenon.Config{}), tenon.ServerConfig{TLS: &tls.Config{Certificates: []tls.Certificate{cert}}})
			return v, tls.Client(dial(t, addr), &tls.Config{RootCAs: pool, ServerName: "example.com"})
		},
	}
	for kind, open := range dials {
		for _, tt := range wireTests() {
			t.Run(kind+"/"+tt.name, func(t *testing.T) {
				t.Parallel()
				v, conn := open(t)
				go func() { _, _ = io.WriteString(conn, tt.sent) }() // fails when the server has read enough
				tt.check(t, conn)
				assert.Equal(t, v.take(), tt.ran, "handlers that ran")
			})
		}
	}
}

// check reads the answers from conn.
func (tt *wireTest) check(t *testing.T, conn net.Conn) {
	t.Helper()
	assert.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	r := bufio.NewReader(conn)
	for i, status := range tt.answers {
		res, err := http.ReadResponse(r, nil)
		assert.NoError(t, err, "answer", i)
		body, err := io.ReadAll(res.Body)
		assert.NoError(t, err)
		assert.Equal(t, res.StatusCode, status, string(body))
		last := i == len(tt.answers)-1
		assert.Equal(t, res.Close, last && !tt.kept, "Connection: close in answer", i)
		if status >= 400 {
			detail := checkProblem(t, res, body)
			if last && tt.detail != "" {
				assert.Equal(t, detail, tt.detail)
			}
		}
	}
	if tt.kept {
		_, err := io.WriteString(conn, "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n")
		assert.NoError(t, err)
		res, err := http.ReadResponse(r, nil)
		assert.NoError(t, err)
		assert.Equal(t, res.StatusCode, http.StatusNotFound)
		return
	}
	if _, err := r.ReadByte(); !errors.Is(err, io.EOF) && !errors.Is(err, syscall.ECONNRESET) { // reset while the client goes on
		t.Errorf("the connection was not closed: %v", err)
	}
}

// checkProblem checks the form of an error, and returns its detail.
func checkProblem(t *testing.T, res *http.Response, body []byte) string {
	t.Helper()
	assert.Equal(t, res.Header["Content-Type"], []string{problem.ContentType})
	var p struct {
		Status    int
		Code      string
		Title     string
		Detail    string
		RequestID string `json:"request_id"`
	}
	assert.NoError(t, json.Unmarshal(body, &p), string(body))
	assert.Equal(t, p.Status, res.StatusCode)
	assert.Equal(t, res.Header[problem.HeaderRequestID], []string{p.RequestID})
	if p.Code == "" || p.Title == "" || p.RequestID == "" || res.Header.Get("Date") == "" {
		t.Errorf("the problem lacks something: %s", body)
	}
	return p.Detail
}

// TestMessagesInPieces sends the same, byte by byte where net/http does not mind.
func TestMessagesInPieces(t *testing.T) {
	v := new(visitors)
	addr := start(t, v.app(t, tenon.Config{}), tenon.ServerConfig{})
	for _, tt := range wireTests() {
		if len(tt.sent) > 1<<10 {
			continue
		}
		t.Run(tt.name, func(t *testing.T) {
			conn := dial(t, addr)
			go func() {
				for piece := range slices.Chunk([]byte(tt.sent), 1) {
					if _, err := conn.Write(piece); err != nil {
						return
					}
				}
			}()
			tt.check(t, conn)
			assert.Equal(t, v.take(), tt.ran, "handlers that ran")
		})
	}
}

// A teapot answers every error in its own way.
type teapot struct{ tenon.ErrorPolicy }

func (teapot) Answer(_ []byte, e *problem.Error, id string) (int, string, []byte) {
	if e.Status == http.StatusHTTPVersionNotSupported {
		return 200, "", nil // not allowed
	}
	return http.StatusTeapot, "text/tea", []byte(e.Code + " " + id)
}

func (teapot) Describe(*problem.Error, *openapi.Schema) (string, *openapi.Schema) { return "", nil }

func TestRefusedMessagesAreAnsweredByThePolicy(t *testing.T) {
	app := new(visitors).app(t, tenon.Config{Errors: teapot{}})
	addr := start(t, app, tenon.ServerConfig{})
	conn := dial(t, addr)
	_, err := io.WriteString(conn, "GET / HTTP/1.1\r\n\r\n")
	assert.NoError(t, err)
	got := readAnswer(t, conn)
	assert.Equal(t, got.StatusCode, http.StatusTeapot)
	assert.Equal(t, got.Header.Get("Content-Type"), "text/tea")
	assert.Equal(t, got.body, "malformed_message "+got.Header.Get(problem.HeaderRequestID))
	conn = dial(t, addr)
	_, err = io.WriteString(conn, "GET / HTTP/3.0\r\n\r\n")
	assert.NoError(t, err)
	got = readAnswer(t, conn)
	assert.Equal(t, got.StatusCode, http.StatusHTTPVersionNotSupported)
	assert.Contains(t, got.body, `"code":"http_version_not_supported"`)
}

func TestRefusedMessagesAreLogged(t *testing.T) {
	var log logs
	app := newApp(t, &log)
	conn := dial(t, start(t, app, tenon.ServerConfig{}))
	_, err := io.WriteString(conn, "GET / HTTP/1.1\r\n\r\n")
	assert.NoError(t, err)
	got := readAnswer(t, conn)
	for _, line := range log.lines(t) {
		if line["msg"] == "request refused" {
			assert.Equal(t, line["request_id"], any(got.Header.Get(problem.HeaderRequestID)))
			assert.Equal(t, line["detail"], any("missing required Host header"))
			return
		}
	}
	t.Error("nothing was logged")
}

func TestTextOnAPortForTLSIsRefused(t *testing.T) {
	cert, _ := certificate(t)
	addr := start(t, newApp(t, nil), tenon.ServerConfig{TLS: &tls.Config{Certificates: []tls.Certificate{cert}}})
	conn := dial(t, addr)
	_, err := io.WriteString(conn, "PATCH / HTTP/1.1\r\nHost: a\r\n\r\n")
	assert.NoError(t, err)
	got := readAnswer(t, conn)
	assert.Equal(t, got.StatusCode, http.StatusBadRequest)
	assert.Equal(t, checkProblem(t, got.Response, []byte(got.body)), "the server speaks HTTPS here")
	conn = dial(t, addr)
	_, err = io.WriteString(conn, "SSH-2.0-OpenSSH\r\n")
	assert.NoError(t, err)
	text, err := io.ReadAll(conn)
	assert.NoError(t, err)
	if strings.Contains(string(text), "HTTP") {
		t.Errorf("who does not speak HTTP got %q", text)
	}
}

func TestASlowHeaderIsARequestTimeout(t *testing.T) {
	for _, sent := range []string{"GET /fast", "GET /fast HTTP/1.1\r\n", "GET /fast HTTP/1.1\r\nHost: a\r\nX: ", fast + "GET /fast HTTP/1.1\r\nHost: a\r\n"} {
		bubble(t, func(t *testing.T) {
			s := serve(t, tenon.ServerConfig{})
			_, answer := s.ask(t, sent)
			got := <-answer
			assert.Contains(t, got, "HTTP/1.1 408 Request Timeout\r\nContent-Type: application/problem+json\r\n")
			assert.Contains(t, got, `"detail":"the header did not come in time"`)
			s.stop()
			assert.NoError(t, <-s.done)
		})
	}
}

// TestPipelinedFaultsCancelNothing sends a bad head behind a request that takes its time.
func TestPipelinedFaultsCancelNothing(t *testing.T) {
	for _, first := range []string{"", "GET /fast", "GET /fast HTTP/1.1\r\nHost: a\r\n b", "GET /fast HTTP/1.1\r\nHost: a\r\n b\r\n\r\n"} {
		bubble(t, func(t *testing.T) {
			s := serve(t, tenon.ServerConfig{})
			conn, answer := s.ask(t, slow+first)
			<-s.entered
			go func() {
				_, _ = io.WriteString(conn, "GET /fast HTTP/1.1\r\nHost: a\r\n b\r\n\r\n"[len(first):])
			}()
			synctest.Wait()
			s.release <- struct{}{}
			got := <-answer
			assert.Contains(t, got, `{"name":"done","count":0}`)
			assert.Contains(t, got, `"detail":"a header line is folded"`)
			s.stop()
			assert.NoError(t, <-s.done)
		})
	}
}

// TestTheClientOfAnAmbiguousMessageIsWatched ends a handler with its client, although
// nothing behind the message is read as a request.
func TestTheClientOfAnAmbiguousMessageIsWatched(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := newPipes()
		entered, ended := make(chan struct{}), make(chan error, 1)
		app := newApp(t, nil, func(r *tenon.Router) {
			tenon.Post(r, "/wait", func(ctx context.Context, _ *bodied) (item, error) {
				close(entered)
				<-ctx.Done()
				ended <- ctx.Err()
				return item{}, ctx.Err()
			})
		})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- tenon.Serve(ctx, app, tenon.ServerConfig{Listener: l}) }()
		s := &service{pipes: l}
		conn, answer := s.ask(t, "POST /wait HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"+length+coded+"\r\n"+oneChunk+fast)
		<-entered
		synctest.Wait()
		assert.Equal(t, len(ended), 0, "handlers ended before their client")
		conn.Close()
		assert.ErrorIs(t, <-ended, context.Canceled)
		<-answer
		stop()
		assert.NoError(t, <-done)
	})
}

// TestHandlersTakeConnectionsOver has what follows a request as it was sent, even if
// it looks like a bad head.
func TestHandlersTakeConnectionsOver(t *testing.T) {
	app := newApp(t, nil, func(r *tenon.Router) {
		r.Mount("/echo", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			conn, rw, err := http.NewResponseController(w).Hijack()
			if err != nil {
				return
			}
			defer conn.Close()
			_, _ = io.CopyN(conn, rw, 12)
		}))
	})
	addr := start(t, app, tenon.ServerConfig{})
	for _, text := range []string{"abc\r\n  def\r\n", "HTTP/1.1 4\r\n", "a\rb\n\n\n\n\n\n\n\n\n"} {
		for _, pieces := range [][]string{{"GET /echo HTTP/1.1\r\nHost: a\r\n\r\n" + text}, {"GET /echo HTTP/1.1\r\nHost: a\r\n\r\n", text}} {
			conn := dial(t, addr)
			for _, piece := range pieces {
				_, err := io.WriteString(conn, piece)
				assert.NoError(t, err)
			}
			got := make([]byte, 12)
			_, err := io.ReadFull(conn, got)
			assert.NoError(t, err)
			assert.Equal(t, string(got), text[:12])
		}
	}
}
