package schema

import (
	"errors"
	"slices"
	"strings"
	"unsafe"

	"github.com/tenonapi/tenon/internal/wire"
)

// An entry is a member of a map that is being printed.
type entry[V any] struct {
	name  string
	value V
}

// entries are the members of the maps that are being printed, those of an inner
// map behind those of the map around it. Their memory is used again.
type entries struct {
	strings []entry[string]
	anys    []entry[any]
	others  []entry[unsafe.Pointer] // to the values
}

// maxEntries is the capacity up to which the memory of entries is kept.
const maxEntries = 1024

// trim gives memory back that only few values need.
func (s *entries) trim() {
	if max(cap(s.strings), cap(s.anys), cap(s.others)) > maxEntries {
		*s = entries{}
	}
}

// appendMap appends a map with values of the plan n.
func appendMap[V any](e *encoder, dst []byte, stack *[]entry[V], m map[string]V, n node) []byte {
	if !e.enter() {
		return dst
	}
	start := len(*stack)
	for name, v := range m {
		*stack = append(*stack, entry[V]{name, v})
	}
	return appendEntries(e, dst, stack, start, func(dst []byte, v *V) []byte {
		return n.append(e, dst, unsafe.Pointer(v))
	})
}

var errKeys = errors.New("two keys of a map have the same text")

// appendEntries appends the entries from start on in the order of their names,
// takes them off the stack and leaves the map.
func appendEntries[V any](e *encoder, dst []byte, stack *[]entry[V], start int, value func([]byte, *V) []byte) []byte {
	members := (*stack)[start:] // stays as it is when values put theirs behind
	slices.SortFunc(members, func(a, b entry[V]) int { return strings.Compare(a.name, b.name) })
	dst = append(dst, '{')
	for i := range members {
		m := &members[i]
		if i > 0 {
			dst = append(dst, ',')
			if m.name == members[i-1].name {
				e.fail(errKeys)
			}
		}
		var ok bool
		if dst, ok = wire.AppendString(dst, m.name); !ok {
			e.fail(errUTF8)
		}
		dst = append(dst, ':')
		dst = value(dst, &m.value)
	}
	clear((*stack)[start:])
	*stack = (*stack)[:start]
	e.depth--
	return append(dst, '}')
}
