package tenon

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"

	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/transport"
)

// errReread is why a stage cannot run twice what is behind it.
var errReread = errors.New("the body was streamed to the handler: it cannot be read again")

// A bodyReader reads the body while the handler runs. What it fails with can be answered.
type bodyReader struct {
	r      io.Reader
	failed bool
}

func newBodyReader(x transport.Exchange, limit int64) *bodyReader {
	return &bodyReader{r: x.BodyReader(limit)}
}

// Read implements [io.Reader].
func (b *bodyReader) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	switch {
	case err == nil, err == io.EOF: // a wrapped one is an end too early
		return n, err
	}
	b.failed = true
	if errors.Is(err, transport.ErrTooLarge) {
		return n, errBodyTooLarge
	}
	return n, errUnreadableBody.With(err)
}

// lined is a pointer to Lines.
type lined interface {
	item(set *schema.Set) (*schema.Field, error)
	open(src *lineSource)
	texts(item func(dst []byte, v any) ([]byte, error)) ([]byte, error)
}

// maxLine is how many bytes one of several Lines may have.
const maxLine = 1 << 20

// A lineSource is where Lines come from that an operation receives.
type lineSource struct {
	set   *schema.Set
	field *schema.Field
	body  *bodyReader
	read  bool
}

var errLinesRead = errors.New("tenon: the lines of a body can be ranged over once")

// each calls yield with the text of each line that is not empty, and its number from 0 on, until it returns false.
// It returns what reading fails with.
func (s *lineSource) each(yield func(n int, text []byte) bool) error {
	if s.read {
		return errLinesRead
	}
	s.read = true
	lines := bufio.NewScanner(s.body)
	lines.Buffer(nil, maxLine)
	lines.Split(func(data []byte, atEnd bool) (int, []byte, error) {
		if atEnd && s.body.failed && bytes.IndexByte(data, '\n') < 0 {
			return 0, nil, nil // the rest is no line
		}
		return bufio.ScanLines(data, atEnd)
	})
	for n := 0; lines.Scan(); {
		if text := lines.Bytes(); len(text) > 0 {
			if !yield(n, text) {
				return nil
			}
			n++
		}
	}
	if err := lines.Err(); !errors.Is(err, bufio.ErrTooLong) {
		return err
	}
	return errBodyTooLarge
}

// decode reads line n into v.
func (s *lineSource) decode(n int, text []byte, v any) error {
	d := s.set.Decoder(len(text))
	defer d.Release()
	s.field.JSON(d, v, text)
	if d.Issues() == 0 {
		return nil
	}
	issues := issuesOf(d)
	for i := range issues {
		issues[i].Loc = slices.Insert(slices.Clone(issues[i].Loc), 1, any(n))
	}
	p := errValidation
	if d.Malformed() {
		p = errMalformedBody
	}
	return withIssues(p, p.Status, issues)
}
