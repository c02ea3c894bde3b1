package schema

import (
	"errors"
	"fmt"
	"reflect"
	"unsafe"

	"github.com/tenonapi/tenon/internal/wire"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/problem"
)

var errPointers = errors.New("a pointer to a pointer has no JSON form of its own")

// sliceNode is the plan of a slice. A nil slice is written as [].
type sliceNode struct {
	elem   node
	typ    reflect.Type
	size   uintptr // of an element
	length lengths
	unique bool
	set    bool // repeated items are dropped, as a set of Python does
	memory allocator
}

// firstItems is the capacity that a list begins with.
const firstItems = 4

// slice is the layout of a slice.
type slice struct {
	data     unsafe.Pointer
	len, cap int
}

func (c *compiler) slice(t reflect.Type, rs *rules) (node, error) {
	n := &sliceNode{typ: t, size: t.Elem().Size(), memory: allocator{elem: t.Elem()}}
	var err error
	if n.length, err = takeLengths(rs, "minItems", "maxItems", listLength); err != nil {
		return nil, err
	}
	if n.unique, err = rs.flag("uniqueItems"); err != nil {
		return nil, err
	}
	n.set = n.unique && c.lax
	each, err := rs.sub("each")
	if err != nil {
		return nil, err
	}
	if n.elem, err = c.compile(t.Elem(), each); err != nil {
		return nil, fmt.Errorf("element of %s: %w", t, err)
	}
	return n, nil
}

func (n *sliceNode) decode(d *Decoder, p unsafe.Pointer) bool {
	if d.s.Peek() != '[' {
		return d.wrongType(listType)
	}
	if !d.s.Enter() {
		return false
	}
	list := (*slice)(p)
	*list = emptySlice
	start, begin, count := len(d.issues), d.s.Pos, 0
	for first := true; ; first = false {
		more, ok := d.s.More(']', first)
		if !ok {
			return false
		}
		if !more {
			break
		}
		if count++; n.length.max >= 0 && count > n.length.max {
			// What is too much is read, so that it can be counted, but not kept.
			if _, _, ok := d.s.Skip(); !ok {
				return false
			}
			continue
		}
		if list.len == list.cap {
			n.grow(d, list, d.s.Pos-begin, len(d.s.Data)-d.s.Pos)
		}
		before := len(d.issues)
		ok = n.elem.decode(d, n.item(p, list.len))
		if len(d.issues) > before {
			d.at(before, list.len)
		}
		if !ok {
			return false
		}
		list.len++
	}
	d.s.Leave()
	n.trim(d, list)
	return n.finish(d, p, start, count)
}

// finish checks the list as a whole.
func (n *sliceNode) finish(d *Decoder, p unsafe.Pointer, start, count int) bool {
	if n.set && len(d.issues) == start {
		count -= n.dropRepeated(p)
	}
	if !d.checkLength(&n.length, start, count) {
		return false
	}
	if !n.unique || n.set || len(d.issues) > start {
		return true
	}
	if i, j, ok := n.repeated(p); ok {
		return d.issue(notUnique(i, j), nil)
	}
	return true
}

// repeated returns the places of two items that are equal: whose JSON, as they
// are stored, is one value.
func (n *sliceNode) repeated(p unsafe.Pointer) (i, j int, ok bool) {
	n.compare(p, func(first, second int) bool {
		i, j, ok = first, second, true
		return false
	})
	return i, j, ok
}

// compare calls equal for each item that is equal to one before it, until equal returns false.
func (n *sliceNode) compare(p unsafe.Pointer, equal func(i, j int) bool) {
	count := (*slice)(p).len
	seen := make(map[string]int, count)
	var buf, text []byte
	for j := range count {
		e := encoders.Get().(*encoder)
		e.reveal, e.whole = true, true
		buf = n.elem.append(e, buf[:0], n.item(p, j))
		if e.free() != nil {
			continue // it cannot be compared
		}
		text = wire.AppendCanonical(text[:0], buf)
		if i, ok := seen[string(text)]; !ok {
			seen[string(text)] = j
		} else if !equal(i, j) {
			return
		}
	}
}

// dropRepeated removes items that are equal to one before them, and returns how many.
func (n *sliceNode) dropRepeated(p unsafe.Pointer) (dropped int) {
	again := make(map[int]bool)
	n.compare(p, func(_, j int) bool {
		again[j] = true
		return true
	})
	if len(again) == 0 {
		return 0
	}
	list := (*slice)(p)
	items, kept := n.value(list), 0
	for i := range list.len {
		if !again[i] {
			items.Index(kept).Set(items.Index(i))
			kept++
		}
	}
	items.Slice(kept, list.len).Clear()
	list.len = kept
	return len(again)
}

func notUnique(i, j int) *violation {
	return &violation{
		typ: "unique_items", msg: fmt.Sprintf("List items should be unique, but items %d and %d are equal", i, j),
		ctx: []problem.Attr{{Name: "first", Value: i}, {Name: "second", Value: j}},
	}
}

// emptySlice is a slice of length 0 that is not nil.
var emptySlice = slice{data: unsafe.Pointer(new([0]byte))}

// checkLength reports a wrong number of items: too many in place of what is
// wrong with single ones since start, too few only when nothing else is.
func (d *Decoder) checkLength(l *lengths, start, count int) bool {
	bad := l.check(count)
	switch {
	case bad == nil:
		return true
	case count > l.min:
		d.drop(start)
	case len(d.issues) > start:
		return true
	}
	return d.issue(bad, nil)
}

// grow makes room for more elements. After the first few it estimates how many
// from the bytes that those before took and the bytes that are left, and goes up to
// 32 times at once: a list of 100 is moved once.
func (n *sliceNode) grow(d *Decoder, list *slice, taken, left int) {
	if list.len == 0 {
		list.data, list.cap = d.take(&n.memory, 1), firstItems
		return
	}
	estimate := list.len + left/max(1, taken/list.len) + 1
	size := max(2*list.cap, min(estimate, 32*list.cap))
	fresh := slice{reflect.MakeSlice(n.typ, size, size).UnsafePointer(), list.len, size}
	reflect.Copy(n.value(&fresh), n.value(list))
	list.data, list.cap = fresh.data, size
}

// trim gives room that a short list did not need to the next one.
func (n *sliceNode) trim(d *Decoder, list *slice) {
	if spare := list.cap - list.len; list.cap == firstItems && spare > 0 && d.giveBack(&n.memory, list.data, spare) {
		list.cap = list.len
	}
}

// item returns the place of an element of the slice at p.
func (n *sliceNode) item(p unsafe.Pointer, i int) unsafe.Pointer {
	return unsafe.Add((*slice)(p).data, uintptr(i)*n.size)
}

func (n *sliceNode) value(list *slice) reflect.Value {
	return reflect.NewAt(n.typ, unsafe.Pointer(list)).Elem()
}

// texts reads a list that comes as several texts.
func (n *sliceNode) texts(d *Decoder, values []string, p unsafe.Pointer) {
	list := (*slice)(p)
	*list = emptySlice
	start := len(d.issues)
	if bad := n.length.check(len(values)); bad != nil && len(values) > n.length.min {
		d.issue(bad, nil)
		return
	}
	for i, s := range values {
		if list.len == list.cap {
			n.grow(d, list, 1, len(values)-i)
		}
		before := len(d.issues)
		n.elem.text(d, s, n.item(p, i))
		d.at(before, i)
		list.len++
	}
	n.finish(d, p, start, len(values))
}

func (n *sliceNode) text(d *Decoder, s string, p unsafe.Pointer) {
	n.texts(d, []string{s}, p)
}

func (n *sliceNode) append(e *encoder, dst []byte, p unsafe.Pointer) []byte {
	list := (*slice)(p)
	if !e.enter() {
		return dst
	}
	dst = appendItems(e, dst, n.elem, n.size, list.data, list.len)
	e.depth--
	return dst
}

func (n *sliceNode) empty(p unsafe.Pointer) bool { return (*slice)(p).len == 0 }

func (n *sliceNode) schema(g *generator) *openapi.Schema {
	s := &openapi.Schema{Type: openapi.Types{"array"}, Items: n.elem.schema(g)}
	n.length.describe(&s.MinItems, &s.MaxItems)
	s.UniqueItems = n.unique
	return s
}

func (n *sliceNode) textual() bool { return false }

func (n *sliceNode) find(p unsafe.Pointer, t target) ([]any, bool) {
	list := (*slice)(p)
	return findItem(n.elem, n.typ.Elem(), list.data, list.len, t)
}

// appendItems appends the count values from first on, each of a size in bytes, as a list.
func appendItems(e *encoder, dst []byte, elem node, size uintptr, first unsafe.Pointer, count int) []byte {
	dst = append(dst, '[')
	for i := range count {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = elem.append(e, dst, unsafe.Add(first, uintptr(i)*size))
	}
	return append(dst, ']')
}

// findItem looks for t in the count values of a type from first on.
func findItem(elem node, typ reflect.Type, first unsafe.Pointer, count int, t target) ([]any, bool) {
	for i := range count {
		item := unsafe.Add(first, uintptr(i)*typ.Size())
		if t.is(item, typ) {
			return []any{i}, true
		}
		if path, ok := elem.find(item, t); ok {
			return append(path, i), true
		}
	}
	return nil, false
}
