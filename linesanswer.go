package tenon

import (
	"iter"
	"reflect"

	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/stream"
)

// Stream implements [stream.Body].
func (Lines[T]) Stream(set *schema.Set) (*stream.Plan, error) {
	item, err := printed(set, reflect.TypeFor[T](), nil)
	if err != nil {
		return nil, err
	}
	return &stream.Plan{
		MediaType: "application/jsonl",
		Item:      func(s *schema.Schemas) *openapi.Schema { return s.Output(item) },
		Pieces: func(body any) iter.Seq2[[]byte, error] {
			lines, _ := body.(Lines[T])
			return func(yield func([]byte, error) bool) {
				if lines != nil {
					lines.print(item, yield)
				}
			}
		},
	}, nil
}

func (lines Lines[T]) print(item *schema.Field, yield func([]byte, error) bool) {
	var buf []byte
	for v, err := range lines {
		if err == nil {
			buf, err = item.AppendJSON(buf[:0], &v)
			buf = append(buf, '\n')
		}
		if !yield(buf, err) || err != nil {
			return
		}
	}
}
