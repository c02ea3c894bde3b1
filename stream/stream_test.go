package stream_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/stream"
)

type closable struct {
	io.Reader
	closed bool
}

func (c *closable) Close() error { c.closed = true; return nil }

func TestReader(t *testing.T) {
	broken := errors.New("disk")
	long := strings.Repeat("x", 100<<10)
	tests := []struct {
		name   string
		r      io.Reader
		pieces int
		want   string
		err    error
	}{
		{"long", strings.NewReader(long), 4, long, nil},
		{"data with the end", iotest.DataErrReader(strings.NewReader("ab")), 1, "ab", nil},
		{"empty", strings.NewReader(""), 0, "", nil},
		{"error", iotest.ErrReader(broken), 0, "", broken},
		{"error later", io.MultiReader(strings.NewReader("ab"), iotest.ErrReader(broken)), 1, "ab", broken},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			body, got, pieces := &closable{Reader: tt.r}, "", 0
			var failed error
			for piece, err := range stream.Reader("text/plain").Pieces(body) {
				if err != nil {
					failed = err
					continue
				}
				got, pieces = got+string(piece), pieces+1
			}
			assert.Equal(t, got == tt.want, true)
			assert.Equal(t, pieces, tt.pieces)
			assert.ErrorIs(t, failed, tt.err)
			assert.Equal(t, body.closed, true)
		})
	}
	left := &closable{Reader: strings.NewReader(long)}
	for _, err := range stream.Reader("text/plain").Pieces(left) {
		assert.NoError(t, err)
		break
	}
	assert.Equal(t, left.closed, true)
	for piece, err := range stream.Reader("text/plain").Pieces(nil) {
		t.Errorf("got %q, %v of nothing", piece, err)
	}
	stream.Close("nothing to close")
}
