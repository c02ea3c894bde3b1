package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"unsafe"
)

// An encoder is one run of a plan over a value; it keeps the first error.
type encoder struct {
	err   error
	depth int // of pointers, slices and maps: through them a value may contain itself
}

var encoders = sync.Pool{New: func() any { return new(encoder) }}

// encode appends the value of n at p to dst.
func encode(n node, dst []byte, p unsafe.Pointer) ([]byte, error) {
	e := encoders.Get().(*encoder)
	dst = n.append(e, dst, p)
	err := e.err
	*e = encoder{}
	encoders.Put(e)
	return dst, err
}

// maxEncodeDepth is where a value is taken for one that contains itself.
const maxEncodeDepth = 1000

func (e *encoder) enter() bool {
	if e.depth++; e.depth > maxEncodeDepth {
		e.fail(errDepth)
	}
	return e.err == nil
}

func (e *encoder) fail(err error) {
	if e.err == nil {
		e.err = err
	}
}

var (
	errFloat = errors.New("a number is NaN or infinite")
	errDepth = errors.New("a value is nested too deep, or contains itself")
	errUTF8  = errors.New("a string is not valid UTF-8")
)

// errMarshal reports a value whose own method gave no usable text.
func errMarshal(method string, v any, err error) error {
	return fmt.Errorf("%s of %T: %w", method, v, err)
}

// quoted is text as JSON.
func quoted(text string) json.RawMessage {
	b, err := json.Marshal(text)
	if err != nil {
		return json.RawMessage(`""`)
	}
	return b
}
