package guard

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
)

// feed scans text in pieces of the given sizes, which repeat; an empty list is one
// piece. It returns what passed, what held back and why.
func feed(text []byte, sizes []byte) (s *scanner, passed int, fault string) {
	scanner := newScanner(false)
	for len(text) > 0 {
		size := len(text)
		if len(sizes) > 0 {
			size = min(size, 1+int(sizes[0]))
			sizes = append(sizes[1:len(sizes):len(sizes)], sizes[0])
		}
		n, fault := scanner.scan(text[:size])
		passed += n
		if fault != "" || n < size {
			return &scanner, passed, fault
		}
		text = text[size:]
	}
	return &scanner, passed, ""
}

func TestScannerTakesPiecesOfAnySize(t *testing.T) {
	const (
		get  = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
		post = "POST /a HTTP/1.1\r\nHost: a\r\n"
	)
	long := strings.Repeat("x", 1000)
	tests := []struct {
		text   string
		heads  uint32
		passed string // what passes; the text up to the last "#" if there is one
		fault  string
	}{
		{text: get + get + get, heads: 3},
		{text: post + "Content-Length: 30\r\n\r\n" + strings.Repeat(" ", 30) + get, heads: 2},
		{text: post + "Content-Length: 0\r\n\r\n" + get, heads: 2},
		{text: post + "Transfer-Encoding: chunked\r\n\r\na;x=y\r\n0123456789\r\n00\r\nA: b\r\n\r\n" + get, heads: 2},
		{text: post + "X: " + long + "\r\nTransfer-Encoding: chunked\r\n\r\n1;" + long + "\r\n0\r\n0\r\nA: " + long + "\r\n\r\n" + get, heads: 2},
		{text: "GET /" + long + " HTTP/1.0\r\n\r\n" + get, heads: 2},
		{text: "\r\n\n" + get, heads: 1},
		{text: post + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n#" + get, heads: 1},
		{text: post + "Content-Length: 2\r\nContent-Length: 2\r#\n\r\n", fault: faultTwice},
		{text: post + "Content-Length: 2\r\nX: " + long + "\r\nContent-Length: 2\r#\n\r\n", fault: faultTwice},
		{text: post + "Content-Length: " + strings.Repeat("0", 200) + "#\n\r\n", fault: faultLength},
		{text: post + "Transfer-Encoding: chunked" + strings.Repeat(" ", 200) + "\r#\n\r\n", fault: faultCoding},
		{text: "GET /" + long + " HTTP/1.0\r\nTransfer-Encoding: chunked\r#\n\r\n", fault: faultVersion},
		{text: "GET /a HTTP/1.0\nTransfer-Encoding: chunked#\n\n", fault: faultVersion},
		{text: "GET http:///a HTTP/1.1\r#\nHost: a\r\n\r\n", fault: faultHost},
		{text: "GET HTTPS://?a HTTP/1.1#\nHost: a\n\n", fault: faultHost},
		{text: "GET http://a@:80/ HTTP/1.1\r#\nHost: a\r\n\r\n", fault: faultHost},
		{text: "GET http://a HTTP/1.1\r\nHost: b\r\n\r\n" + get, heads: 2},
		{text: "GET http://[::1]:80/http:///a HTTP/1.1\r\nHost: b\r\n\r\n" + get, heads: 2},
		{text: "GET /a HTTP/1.1\r\n x\r#\n\r\n", fault: faultFold},
		{text: "GET /a HTTP/1.1\r\nx \t: y\r#\n\r\n", fault: faultColon},
		{text: "GET /a HTTP/1.1\r\nX: a\rb\r#\n\r\n", fault: faultCR},
		{text: "GET /a HTTP/1.1\r\nX: " + long + "\rb\r#\n\r\n", fault: faultCR},
		{text: "GET /a HTTP/1.1\r\r#\n\r\n", fault: faultCR},
		{text: post + "Transfer-Encoding: chunked\r\n\r\n1#\n\n", heads: 1, fault: faultChunk},
		{text: post + "Transfer-Encoding: chunked\r\n\r\n1 x\r#\n", heads: 1, fault: faultChunk},
		{text: post + "Transfer-Encoding: chunked\r\n\r\n;x\r#\n", heads: 1, fault: faultChunk},
		{text: post + "Transfer-Encoding: chunked\r\n\r\n1ffffffffffffffff\r#\n", heads: 1, fault: faultChunk},
		{text: post + "Transfer-Encoding: chunked\r\n\r\n1\r\na#b\r\n", heads: 1, fault: faultChunk},
		{text: post + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r#\r\n", heads: 1, fault: faultChunk},
		{text: post + "Transfer-Encoding: chunked\r\n\r\n0\r\nA: b#\n\r\n", heads: 1, fault: faultChunk},
		{text: post + "Transfer-Encoding: chunked\r\n\r\n0\r\n A: b\r#\n\r\n", heads: 1, fault: faultFold},
	}
	for _, tt := range tests {
		pass, rest, _ := strings.Cut(tt.text, "#")
		for _, sizes := range [][]byte{nil, {0}, {1}, {2, 6}, {150}, {30, 0, 255}} {
			s, passed, fault := feed([]byte(pass+rest), sizes)
			assert.Equal(t, fault, tt.fault, tt.text, sizes)
			assert.Equal(t, passed, len(pass), tt.text, sizes)
			assert.Equal(t, s.heads, tt.heads, tt.text, sizes)
		}
	}
}

func TestScannerStopsAtThePrefaceOfHTTP2(t *testing.T) {
	const text = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\r \n x\n\r\r"
	for _, size := range []int{len(text), 1, 5} {
		s := newScanner(true)
		for piece := range slices.Chunk([]byte(text), size) {
			n, fault := s.scan(piece)
			assert.Equal(t, n, len(piece))
			assert.Equal(t, fault, "")
		}
		assert.Equal(t, s.plain, true)
	}
	_, _, fault := feed([]byte(text), nil) // HTTP/2 is not allowed
	assert.Equal(t, fault, faultCR)
}

// A boundary is where a message ends that net/http reads, and what it was.
type boundary struct {
	at  int
	req *http.Request
}

// messages reads text as net/http does, up to the first error.
func messages(text []byte) (list []boundary) {
	source := bytes.NewReader(text)
	r := bufio.NewReader(source)
	for {
		req, err := http.ReadRequest(r)
		if err != nil {
			return list
		}
		if _, err := io.Copy(io.Discard, req.Body); err != nil {
			return list
		}
		list = append(list, boundary{len(text) - source.Len() - r.Buffered(), req})
	}
}

// faults has a pattern for each fault: text that has it matches.
var faults = map[string]*regexp.Regexp{
	faultHost:    regexp.MustCompile(`(?i)https?://`),
	faultFold:    regexp.MustCompile(`\n[ \t]`),
	faultCR:      regexp.MustCompile(`\r[^\n]`),
	faultColon:   regexp.MustCompile(`(?m)^[^:\n]*[ \t]:`),
	faultTwice:   regexp.MustCompile(`(?is)\ncontent-length:.*\ncontent-length:`),
	faultLength:  regexp.MustCompile(`(?i)\ncontent-length:`),
	faultCoding:  regexp.MustCompile(`(?i)\ntransfer-encoding:[^\n]{126}`),
	faultVersion: regexp.MustCompile(`(?is)HTTP/1\.0\r?\n.*transfer-encoding:`),
	faultChunk:   regexp.MustCompile(`(?i)\ntransfer-encoding:`),
}

// FuzzScannerAgreesWithNetHTTP compares where messages end, and looks for the reason
// of what is refused.
func FuzzScannerAgreesWithNetHTTP(f *testing.F) {
	for _, text := range []string{
		"GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n",
		"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcdePOST /b HTTP/1.0\r\nContent-Length:0\r\n\r\n",
		"POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a\r\nabcde\r\n0\r\nA: b\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
		"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
		"POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"GET /a HTTP/1.1\nHost: a\nX: y\n z\nContent-Length: 1\nContent-Length: 1\n\nGET /b HTTP/1.1\n\n",
	} {
		f.Add([]byte(text), []byte{})
		f.Add([]byte(text), []byte{0})
	}
	f.Fuzz(agree)
}

// TestScannerAgreesWithNetHTTPOnRandomMessages puts messages together from parts.
func TestScannerAgreesWithNetHTTPOnRandomMessages(t *testing.T) {
	parts := []string{
		"GET /a HTTP/1.1\r\n", "POST /a HTTP/1.1\r\n", "POST / HTTP/1.0\n", "Host: a\r\n", "X: y\n", "\r\n", "\r\n", "\r\n", "\n", "\r", " ", "\t", ":",
		"Content-Length: 5\r\n", "content-length:0\r\n", "Content-Length: 13\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip\r\n",
		"5\r\nabcde\r\n", "0\r\n\r\n", "0\r\nA: b\r\n\r\n", "5;x\r\n", "abcde", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", strings.Repeat("y", 200),
		"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde",
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		var text []byte
		for range 1 + random.IntN(12) {
			text = append(text, parts[random.IntN(len(parts))]...)
		}
		agree(t, text, []byte{byte(random.IntN(256)), byte(random.IntN(4))})
	}
}

// agree compares what the scanner makes of text with what net/http does.
func agree(t *testing.T, text, sizes []byte) {
	s, passed, fault := feed(text, sizes)
	if fault != "" && !faults[fault].Match(text) {
		t.Fatalf("%q was refused: %s", text, fault)
	}
	whole, list := newScanner(false), messages(text[:passed])
	from := 0
	for i, b := range list {
		if !wellFormed(b.req) {
			return // net/http's server ends here
		}
		n, fault := whole.scan(text[from:b.at])
		if fault != "" || n != b.at-from || whole.heads != uint32(i+1) || whole.state != inRequestLine && whole.state != atEnd {
			t.Fatalf("message %d of %q ends at %d for net/http; the scanner is after %d heads in state %d, %q", i, text, b.at, whole.heads, whole.state, fault)
		}
		from = b.at
		if whole.state == atEnd {
			break
		}
	}
	if last := s.last.Load(); last != 0 && int(last) < len(list) {
		t.Fatalf("something passed behind message %d of %q", last, text)
	}
}

// wellFormed reports whether the server of net/http takes what http.ReadRequest did.
func wellFormed(r *http.Request) bool {
	for name := range r.Header {
		if strings.ContainsFunc(name, func(c rune) bool { return c <= ' ' || c > '~' || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, c) }) || name == "" {
			return false
		}
	}
	return r.ProtoMajor == 1
}

func TestScannerAllocatesNothing(t *testing.T) {
	head := []byte("POST /v1/orders HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"name\":\"a\"}")
	s := newScanner(false)
	assert.Equal(t, testing.AllocsPerRun(100, func() {
		for _, piece := range [][]byte{head, head[:30], head[30:80], head[80:]} {
			if _, fault := s.scan(piece); fault != "" {
				t.Error(errors.New(fault))
			}
		}
	}), 0)
}

func BenchmarkScan(b *testing.B) {
	post := []byte("POST /v1/orders HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUser-Agent: Go-http-client/1.1\r\nContent-Length: 12\r\nContent-Type: application/json\r\n" +
		"Idempotency-Key: 0b1c6a4e-9c0f-4bd1-8e4c-0b8f6f1d2c3a\r\nAccept-Encoding: gzip\r\n\r\n{\"name\":\"a\"}")
	s := newScanner(false)
	b.ReportAllocs()
	for b.Loop() {
		s.scan(post)
	}
}
