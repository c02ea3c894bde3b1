package upload

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"strings"
)

// ErrTooLarge reports a form, or a part of it, beyond [Limits].
var ErrTooLarge = errors.New("upload: form too large")

// ErrMalformed reports what is no form.
var ErrMalformed = errors.New("upload: malformed form")

// Limits bounds a form. The whole of it is bounded by whoever reads the request.
type Limits struct {
	Parts     int   // of a form; 0 means 1000
	TextBytes int64 // of all texts, and of the headers of files; 0 means 1 MiB
	FileBytes int64 // of each file; 0 means no limit but that of the whole
	Memory    int64 // bytes of all files that are kept in memory, the rest is in temporary files; 0 means 256 KiB
}

// withDefaults returns l with the defaults in place of zeros.
func (l Limits) withDefaults() Limits {
	for _, field := range []struct {
		to *int64
		n  int64
	}{{&l.TextBytes, 1 << 20}, {&l.FileBytes, 1 << 62}, {&l.Memory, 256 << 10}} {
		if *field.to <= 0 {
			*field.to = field.n
		}
	}
	if l.Parts <= 0 {
		l.Parts = 1000
	}
	return l
}

const (
	maxHeader = 16 << 10 // bytes between the content of two parts, for the boundary and a header
	maxName   = 1 << 10  // bytes of the name of a field and of a file
)

// A Reader reads the parts of one form, in the order in which they arrive. It is
// used by one goroutine.
type Reader struct {
	parts  *multipart.Reader
	src    *source
	limits Limits
	last   io.Reader // the part at hand
	count  int
	text   int64 // bytes of texts so far
	memory int64 // bytes of files in memory
	temps  []temp
}

// NewReader returns a Reader of body, which has the header contentType. It returns
// [ErrMalformed] for one without a boundary. Call Close in the end.
func NewReader(body io.Reader, contentType string, l Limits) (*Reader, error) {
	_, params, err := mime.ParseMediaType(contentType)
	// Source: RFC 2046, section 5.1.1, for the length.
	if boundary := params["boundary"]; err != nil || boundary == "" || len(boundary) > 70 {
		return nil, fmt.Errorf("%w: want a boundary of 1 to 70 characters", ErrMalformed)
	}
	src := &source{r: body}
	return &Reader{parts: multipart.NewReader(src, params["boundary"]), src: src, limits: l.withDefaults()}, nil
}

// Next returns the next part; what was not read of the one before is skipped. It returns [io.EOF] after
// the last, and errors that are [ErrTooLarge] and [ErrMalformed] or come from the body.
// Source: RFC 7578.
func (r *Reader) Next() (*File, error) {
	if r.last != nil {
		if _, err := io.Copy(io.Discard, r.last); err != nil {
			return nil, r.failed(err)
		}
	}
	r.src.bound = true
	r.src.left = maxHeader
	p, err := r.parts.NextRawPart()
	r.src.bound = false
	if err == io.EOF { // a wrapped one is an end too early
		return nil, io.EOF
	}
	if err != nil {
		return nil, r.failed(err)
	}
	if r.count++; r.count > r.limits.Parts {
		return nil, fmt.Errorf("%w: more than %d parts", ErrTooLarge, r.limits.Parts)
	}
	r.last = p
	return r.file(p)
}

// file returns what a part says of itself.
func (r *Reader) file(p *multipart.Part) (*File, error) {
	kind, params, err := mime.ParseMediaType(p.Header.Get("Content-Disposition"))
	name, named := params["filename"]
	f := &File{Field: params["name"], Name: name, Blank: named && name == "", Size: -1, Header: p.Header, r: r, part: p}
	switch {
	case err != nil, kind != "form-data", f.Field == "":
		return nil, fmt.Errorf("%w: a part has no name", ErrMalformed)
	case len(f.Field) > maxName, len(f.Name) > maxName:
		return nil, fmt.Errorf("%w: a name has more than %d bytes", ErrTooLarge, maxName)
	case strings.EqualFold(p.Header.Get("Content-Transfer-Encoding"), "base64"),
		strings.EqualFold(p.Header.Get("Content-Transfer-Encoding"), "quoted-printable"):
		return nil, fmt.Errorf("%w: a part has a transfer encoding", ErrMalformed) // RFC 7578, section 4.7
	}
	f.Type, _, _ = mime.ParseMediaType(p.Header.Get("Content-Type"))
	if named {
		for key, values := range p.Header {
			r.text += int64(len(key) + len(strings.Join(values, "")))
		}
		if r.text > r.limits.TextBytes {
			return nil, fmt.Errorf("%w: headers of files and texts have more than %d bytes", ErrTooLarge, r.limits.TextBytes)
		}
	}
	return f, nil
}

// failed returns err, which came while a part was read, as what it is: that of the body
// goes before what the parser made of it.
func (r *Reader) failed(err error) error {
	switch {
	case r.src.err != nil:
		return r.src.err
	case errors.Is(err, ErrTooLarge):
		return err
	case r.src.ended || errors.Is(err, io.ErrUnexpectedEOF) || strings.HasPrefix(err.Error(), "multipart: ") || strings.HasPrefix(err.Error(), "malformed MIME"):
		return fmt.Errorf("%w: %v", ErrMalformed, err) // not wrapped: it may be io.EOF, which is a good end
	}
	return err
}

// A source is the body: it remembers why it ended, and bounds what lies between parts.
type source struct {
	r     io.Reader
	err   error // other than the end
	ended bool
	bound bool // reading is bounded by left
	left  int
	tail  string // that stands for the end
}

// Read implements [io.Reader].
func (s *source) Read(p []byte) (int, error) {
	if s.bound {
		if s.left <= 0 {
			s.err = fmt.Errorf("%w: the header of a part has more than %d bytes", ErrTooLarge, maxHeader)
			return 0, s.err
		}
		p = p[:min(len(p), s.left)]
	}
	if s.ended {
		n := copy(p, s.tail)
		if s.tail = s.tail[n:]; n > 0 {
			return n, nil
		}
		return 0, io.ErrUnexpectedEOF
	}
	n, err := s.r.Read(p)
	s.left -= n
	switch {
	case err == io.EOF:
		// Package multipart takes an end within the header of a part for a good one. Behind the last
		// boundary it reads at most the end of its line.
		s.ended, s.tail, err = true, "\r\n", nil
	case err != nil:
		s.err = err
	}
	return n, err
}

// bounded reads up to a number of bytes and fails beyond it.
type bounded struct {
	r    io.Reader
	left int64
	what string
}

// Read implements [io.Reader].
func (b *bounded) Read(p []byte) (int, error) {
	if int64(len(p))-1 > b.left {
		p = p[:max(b.left, 0)+1]
	}
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, fmt.Errorf("%w: a %s has too many bytes", ErrTooLarge, b.what)
	}
	return n, err
}
