// Package stream is between the framework and answers that are sent piece by piece: lists
// whose length nobody knows yet, events, what is read from elsewhere. Their types implement
// [Body]; tenon.Lines and package sse are such types, and a program may have its own.
//
// The framework sends each piece as soon as it is there, gives a slow client for each piece as
// much time as the server's write timeout, and ends the pieces when the client has left.
package stream

import (
	"io"
	"iter"
	"net/http"
	"time"

	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/schema"
)

// A Body is a type of bodies that are sent piece by piece.
type Body interface {
	// Stream says how bodies of the type are sent, in an application that set belongs to.
	// It is called once, on the zero value, and returns an error for a type that cannot be.
	Stream(set *schema.Set) (*Plan, error)
}

// A Plan says how the bodies of one type are sent. It is safe for concurrent use.
type Plan struct {
	MediaType string            // as it is sent
	Header    map[string]string // of the answer, by canonical name

	// Item describes one piece in the document; nil says nothing.
	Item func(*schema.Schemas) *openapi.Schema

	// Pieces returns what a body, a value of the type, consists of. A piece is valid until
	// the next one is asked for. An error is the last element.
	Pieces func(body any) iter.Seq2[[]byte, error]

	// Serve, if it is not nil, answers in place of Pieces, as [http.ServeContent] does: with
	// conditions, ranges and a media type of its own, which MediaType "*/*" stands for. The
	// header that w has at the beginning is what the operation sets. A status of 400 or more is
	// answered as a problem: 412, 416, and 500 for others.
	Serve func(w http.ResponseWriter, r *http.Request, body any) error

	Idle  []byte        // what is sent when there was nothing for the time of Every; nil for nothing
	Every time.Duration // positive where Idle is not nil
}

// pieceBytes is how much of a reader is one piece.
const pieceBytes = 32 << 10

// Reader returns the plan of bodies that are an [io.Reader], which is closed at the end if it
// is an [io.Closer], or nil for nothing.
func Reader(mediaType string) *Plan {
	return &Plan{MediaType: mediaType, Pieces: func(body any) iter.Seq2[[]byte, error] {
		r, _ := body.(io.Reader)
		return func(yield func([]byte, error) bool) {
			defer Close(body)
			if r != nil {
				read(r, yield)
			}
		}
	}}
}

// Close closes a body that will not be sent, if it can be closed.
func Close(body any) {
	if c, ok := body.(io.Closer); ok {
		_ = c.Close() // it was only read
	}
}

func read(r io.Reader, yield func([]byte, error) bool) {
	buf := make([]byte, pieceBytes)
	for {
		n, err := r.Read(buf)
		switch {
		case n > 0 && !yield(buf[:n], nil), err == io.EOF:
			return
		case err != nil:
			yield(nil, err)
			return
		}
	}
}
