package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
)

// An entrance is a way to send requests to a contender in this process.
type entrance interface {
	// ask sends a request and returns the whole answer.
	ask(request) answer
	// repeat returns a function that sends the request each time it is called and
	// returns the status and the length of the answer. It uses its request, body and
	// answer again, so that what a call costs is the contender's. It belongs to one goroutine.
	repeat(request) func() (status, size int)
}

// An answer is what a contender makes of one request.
type answer struct {
	status int
	header http.Header // as it was when the status was sent
	body   string
}

// overHTTP opens a contender that is an [http.Handler].
func overHTTP(open func() (http.Handler, error)) func() (entrance, error) {
	return func() (entrance, error) {
		handler, err := open()
		return httpEntrance{handler}, err
	}
}

type httpEntrance struct{ handler http.Handler }

func (e httpEntrance) ask(r request) answer {
	recorder := httptest.NewRecorder()
	e.handler.ServeHTTP(recorder, newHTTPRequest(r))
	return answer{status: recorder.Code, header: recorder.Result().Header, body: recorder.Body.String()}
}

func (e httpEntrance) repeat(r request) func() (status, size int) {
	template := newHTTPRequest(r)
	sent := new(http.Request) // overwritten for each use, so that no router finds its own marks
	body := new(reader)
	answer := &sink{header: make(http.Header)}
	return func() (status, size int) {
		*sent = *template
		if r.body == "" {
			sent.Body = http.NoBody
		} else {
			body.rest = r.body
			sent.Body = body
		}
		clear(answer.header)
		answer.status, answer.size = 0, 0
		e.handler.ServeHTTP(answer, sent)
		return answer.status, answer.size
	}
}

func newHTTPRequest(r request) *http.Request {
	built := httptest.NewRequest(r.method, r.target, strings.NewReader(r.body))
	if r.media != "" {
		built.Header.Set("Content-Type", r.media)
	}
	return built
}

// reader is a request body. Like the one of net/http it has only Read and
// Close, and reports the end together with the last bytes.
type reader struct{ rest string }

func (r *reader) Read(p []byte) (int, error) {
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	if r.rest == "" {
		return n, io.EOF
	}
	return n, nil
}

func (r *reader) Close() error { return nil }

// sink is a response writer that counts and keeps nothing.
type sink struct {
	header http.Header
	status int
	size   int
}

func (s *sink) Header() http.Header { return s.header }

func (s *sink) WriteHeader(status int) {
	if s.status == 0 {
		s.status = status
	}
}

func (s *sink) Write(p []byte) (int, error) {
	s.WriteHeader(http.StatusOK)
	s.size += len(p)
	return len(p), nil
}

func (s *sink) WriteString(text string) (int, error) {
	s.WriteHeader(http.StatusOK)
	s.size += len(text)
	return len(text), nil
}
