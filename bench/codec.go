package main

import (
	"fmt"
	"net/http"

	"github.com/tenonapi/tenon/bench/work"
)

// A codec is how a contender decodes, checks and encodes by itself, without
// HTTP. What encode functions return is valid until the next call.
type codec struct {
	decodeOrder   func([]byte) (work.CreateOrder, error)
	decodeInvoice func([]byte) (work.CreateInvoice, error)
	encodeOrder   func(*work.Order) ([]byte, error)
	encodeInvoice func(*work.CreateInvoice) ([]byte, error)
	encodeList    func(*work.OrderPage) ([]byte, error)
}

// decoding is a codec's decode function as an entrance: what it accepts is
// answered like the operation that has this body.
type decoding[T any] struct {
	decode func([]byte) (T, error)
	reply  func(*T) any
}

func (d decoding[T]) ask(r request) answer {
	in, err := d.decode([]byte(r.body))
	if err != nil {
		return answer{status: http.StatusUnprocessableEntity, body: err.Error()}
	}
	return jsonAnswer(http.StatusCreated, mustJSON(d.reply(&in), nil))
}

func (d decoding[T]) repeat(r request) func() (status, size int) {
	text := []byte(r.body)
	return func() (status, size int) {
		if _, err := d.decode(text); err != nil {
			return http.StatusUnprocessableEntity, 0
		}
		return http.StatusCreated, 0
	}
}

// encoding is a codec's encode function as an entrance that answers value to
// every request.
type encoding[T any] struct {
	encode func(*T) ([]byte, error)
	value  T
}

func (e encoding[T]) ask(request) answer {
	text, err := e.encode(&e.value)
	if err != nil {
		return answer{status: http.StatusInternalServerError, body: err.Error()}
	}
	return jsonAnswer(http.StatusOK, string(text))
}

func (e encoding[T]) repeat(request) func() (status, size int) {
	value := &e.value
	return func() (status, size int) {
		text, err := e.encode(value)
		if err != nil {
			return http.StatusInternalServerError, 0
		}
		return http.StatusOK, len(text)
	}
}

func jsonAnswer(status int, body string) answer {
	return answer{status: status, header: http.Header{"Content-Type": {"application/json"}}, body: body}
}

// decodeAndCheck returns a decode function with checks that are written by hand.
func decodeAndCheck[T any](unmarshal func([]byte, any) error, check func(*T) violations) func([]byte) (T, error) {
	return func(text []byte) (T, error) {
		var in T
		if err := unmarshal(text, &in); err != nil {
			return in, err
		}
		if found := check(&in); len(found) > 0 {
			return in, fmt.Errorf("%d violations", len(found))
		}
		return in, nil
	}
}
