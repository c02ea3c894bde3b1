package tenon

import (
	"iter"
	"reflect"

	"github.com/tenonapi/tenon/schema"
)

// Lines are JSON values of which each is one line.
//
// As a Body, each line is read and checked when it is asked for. A line that does not fit comes as
// an error that can be answered as it is, and the next one can be asked for all the same; after an error
// of the connection, or a line of more than 1 MiB, there is none. Lines are ranged over once, by the handler.
//
// As an answer, each value is encoded and sent as soon as it is there:
//
//	return tenon.Lines[Order](func(yield func(Order, error) bool) { … }), nil
//
// The function runs when the handler has returned and scopes are closed but those with
// [AfterAnswer]. It must return when yield returns false, and when the handler's context is
// done, as it is when the client has left. An error before anything was sent is answered like
// one of the handler; a later one is logged and cuts the connection, so that the client does
// not take what it has got for everything.
// Source: jsonlines.org.
type Lines[T any] iter.Seq2[T, error]

func (*Lines[T]) item(set *schema.Set) (*schema.Field, error) {
	return set.Field(reflect.TypeFor[T](), nil, "body")
}

func (l *Lines[T]) open(src *lineSource) {
	*l = func(yield func(T, error) bool) {
		err := src.each(func(n int, text []byte) bool {
			v := new(T)
			err := src.decode(n, text, v)
			return yield(*v, err)
		})
		if err != nil {
			yield(*new(T), err)
		}
	}
}

// texts returns the lines as they are sent, each appended by item, to which it gives a *T.
func (l *Lines[T]) texts(item func(dst []byte, v any) ([]byte, error)) (text []byte, err error) {
	for v, err := range *l {
		if err == nil {
			text, err = item(text, &v)
		}
		if err != nil {
			return nil, err
		}
		text = append(text, '\n')
	}
	return text, nil
}
