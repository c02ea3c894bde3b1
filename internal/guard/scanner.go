package guard

import (
	"bytes"
	"math"
	"strconv"
	"sync/atomic"
)

// What is wrong with a message, for clients.
const (
	faultHost    = "the target is absolute and has no host"
	faultFold    = "a header line is folded"
	faultCR      = "a CR stands without LF"
	faultColon   = "whitespace stands before the colon of a header line"
	faultTwice   = "Content-Length is given twice"
	faultLength  = "Content-Length is not a number"
	faultCoding  = "Transfer-Encoding is not known"
	faultVersion = "HTTP/1.0 has no Transfer-Encoding"
	faultChunk   = "a chunk is malformed"
)

// A state says what the next byte of a connection belongs to.
type state uint8

const (
	inRequestLine state = iota
	inHeader
	inBody      // of a known length
	inChunkSize // a line
	inChunk
	inChunkCR // after the chunk's data
	inChunkLF
	inTrailer
	atEnd // nothing may follow
)

const (
	lineSize = 144 // of the beginning of a line that came in parts; no line that matters is longer
	tailSize = len(version10 + "\r")

	version10 = "HTTP/1.0"
	preface   = "PRI * HTTP/2.0" // what begins HTTP/2, without TLS
)

// A scanner follows the messages on a connection. It sees what net/http does not
// tell, and leaves all else to it.
// Source: RFC 9112, sections 2.2, 5, 6 and 7.
type scanner struct {
	state  state
	left   uint64 // bytes of body or chunk to come
	length int64  // of the body; -1 until the head gives it
	coded  bool   // the head has Transfer-Encoding
	old    bool   // the message is of HTTP/1.0
	http2  bool   // the connection may begin with the preface of HTTP/2, and once it has, nothing is scanned
	plain  bool   // it has

	// The line that came in parts: how long it is, what it begins and ends with.
	size int
	line [lineSize]byte
	tail [tailSize]byte
	bare bool // it has a CR inside

	heads uint32        // messages whose head has ended
	last  atomic.Uint32 // which of them is the last because its length was ambiguous; 0 for none
}

func newScanner(http2 bool) scanner { return scanner{length: -1, http2: http2} }

// amid reports whether a head has begun and not ended.
func (s *scanner) amid() bool {
	return s.state == inHeader || s.state == inRequestLine && s.size > 0
}

// scan reads p. It returns how many bytes may pass, all but those behind the last
// message or those from a fault on. In a head that is the LF of a line which is not its last.
func (s *scanner) scan(p []byte) (n int, fault string) {
	for n < len(p) && !s.plain {
		switch s.state {
		case inBody, inChunk:
			n += s.skip(len(p) - n)
		case inChunkCR, inChunkLF:
			if p[n] != "\r\n"[s.state-inChunkCR] {
				return n, faultChunk
			}
			if s.state++; s.state > inChunkLF {
				s.state = inChunkSize
			}
			n++
		case atEnd:
			return n, ""
		default:
			end := bytes.IndexByte(p[n:], '\n')
			if end < 0 {
				s.keep(p[n:])
				return len(p), ""
			}
			if fault := s.end(p[n : n+end]); fault != "" {
				return n + end, fault
			}
			n += end + 1
		}
	}
	return len(p), ""
}

// skip passes over up to n bytes of content.
func (s *scanner) skip(n int) int {
	if uint64(n) < s.left {
		s.left -= uint64(n)
		return n
	}
	n = int(s.left)
	s.left = 0
	if s.state == inChunk {
		s.state = inChunkCR
	} else {
		s.endMessage()
	}
	return n
}

// keep adds part, which is not empty, to the line.
func (s *scanner) keep(part []byte) {
	if s.size > 0 && s.tail[tailSize-1] == '\r' || bytes.IndexByte(part[:len(part)-1], '\r') >= 0 {
		s.bare = true
	}
	if s.size < lineSize {
		copy(s.line[s.size:], part)
	}
	s.size += len(part)
	if k := len(part); k < tailSize {
		copy(s.tail[:], s.tail[k:])
		copy(s.tail[tailSize-k:], part)
	} else {
		copy(s.tail[:], part[k-tailSize:])
	}
}

// end ends the line with part, at the LF.
func (s *scanner) end(part []byte) (fault string) {
	line, tail, long := part, part, len(part) > lineSize
	switch {
	case s.size > 0:
		if len(part) > 0 {
			s.keep(part)
		}
		long = s.size > lineSize
		line, tail = s.line[:min(s.size, lineSize)], s.tail[max(0, tailSize-s.size):]
		if s.bare {
			return faultCR
		}
		s.size = 0
	case len(part) > 0 && bytes.IndexByte(part[:len(part)-1], '\r') >= 0:
		return faultCR
	}
	cr := len(tail) > 0 && tail[len(tail)-1] == '\r'
	if cr && !long {
		line = line[:len(line)-1]
	}
	switch s.state {
	case inRequestLine:
		return s.requestLine(line, tail, long)
	case inHeader:
		return s.header(line, long)
	case inChunkSize:
		if !cr {
			return faultChunk
		}
		return s.chunkSize(line, long)
	default:
		if !cr {
			return faultChunk
		}
		return s.trailer(line)
	}
}

// requestLine takes the first line of a message. net/http takes empty lines before
// it, or refuses them.
func (s *scanner) requestLine(line, tail []byte, long bool) (fault string) {
	if len(line) == 0 {
		return ""
	}
	if s.http2 && !long && s.heads == 0 && string(line) == preface {
		s.plain = true
		return ""
	}
	if hostless(line) {
		return faultHost
	}
	s.old = bytes.HasSuffix(bytes.TrimSuffix(tail, []byte("\r")), []byte(version10))
	s.state = inHeader
	return ""
}

// hostless reports whether the target of a request line is absolute and has no
// host. net/http takes the header Host in its place.
// Source: RFC 9110, section 4.2.1.
func hostless(line []byte) bool {
	target := line[bytes.IndexByte(line, ' ')+1:]
	if len(target) == 0 || target[0] == '/' {
		return false
	}
	scheme, rest, ok := bytes.Cut(target, []byte("://"))
	if !ok || !bytes.EqualFold(scheme, []byte("http")) && !bytes.EqualFold(scheme, []byte("https")) {
		return false
	}
	end := bytes.IndexAny(rest, "/?# ")
	if end < 0 {
		end = len(rest)
	}
	host := rest[bytes.LastIndexByte(rest[:end], '@')+1 : end]
	return len(host) == 0 || host[0] == ':'
}

// header takes a line of the head.
func (s *scanner) header(line []byte, long bool) (fault string) {
	if len(line) == 0 {
		s.endHead()
		return ""
	}
	if line[0] == ' ' || line[0] == '\t' {
		return faultFold
	}
	colon := bytes.IndexByte(line, ':')
	if colon <= 0 {
		return "" // is too long to matter, or refused by net/http
	}
	name := line[:colon]
	switch c := name[colon-1]; {
	case c == ' ' || c == '\t':
		return faultColon
	case colon == len("Content-Length") && bytes.EqualFold(name, []byte("Content-Length")):
		return s.contentLength(line[colon+1:], long)
	case colon == len("Transfer-Encoding") && bytes.EqualFold(name, []byte("Transfer-Encoding")):
		s.coded = true
		switch {
		case s.old:
			return faultVersion
		case long:
			return faultCoding
		}
	}
	return ""
}

// contentLength takes the value of the header.
func (s *scanner) contentLength(value []byte, long bool) (fault string) {
	if s.length >= 0 {
		return faultTwice
	}
	value = bytes.Trim(value, " \t")
	n, err := strconv.ParseUint(string(value), 10, 63)
	if err != nil || long {
		return faultLength
	}
	s.length = int64(n)
	return ""
}

// endHead takes the empty line.
func (s *scanner) endHead() {
	s.heads++
	switch {
	case s.coded:
		if s.length >= 0 {
			s.last.Store(s.heads)
		}
		s.state = inChunkSize
	case s.length > 0:
		s.state, s.left = inBody, uint64(s.length)
	default:
		s.endMessage()
	}
}

// endMessage makes ready for the next message.
func (s *scanner) endMessage() {
	s.length, s.coded, s.old = -1, false, false
	if s.state = inRequestLine; s.last.Load() != 0 {
		s.state = atEnd
	}
}

// chunkSize takes the line before a chunk, with its extensions.
func (s *scanner) chunkSize(line []byte, long bool) (fault string) {
	var n uint64
	digits := 0
	for ; digits < len(line); digits++ {
		v := unhex(line[digits])
		if v < 0 || n > math.MaxUint64>>4 {
			break
		}
		n = n<<4 | uint64(v)
	}
	rest := line[digits:]
	if !long {
		rest = bytes.TrimRight(rest, " \t")
	}
	if digits == 0 || len(rest) > 0 && rest[0] != ';' {
		return faultChunk
	}
	if s.state, s.left = inChunk, n; n == 0 {
		s.state = inTrailer
	}
	return ""
}

// trailer takes a line behind the last chunk.
func (s *scanner) trailer(line []byte) (fault string) {
	switch {
	case len(line) == 0:
		s.endMessage()
	case line[0] == ' ' || line[0] == '\t':
		return faultFold
	}
	return ""
}

// unhex returns the value of a hexadecimal digit, or -1.
func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
