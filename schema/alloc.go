package schema

import (
	"reflect"
	"sync/atomic"
	"unsafe"
)

// An allocator makes room for values of a type that is known at run time only.
// One allocation serves several small lists, or several pointers, of one input:
// they keep each other's memory alive, as its strings do.
type allocator struct {
	elem reflect.Type
	// arrays are the types [1]E, [4]E, [32]E …, of which a value is allocated
	// without the slice header that reflect.MakeSlice would allocate beside it.
	arrays [len(chunkSizes)]atomic.Pointer[reflect.Type]
}

// chunkSizes are how many elements one allocation makes room for: one pointer or
// one short list the first time, then ever more.
var chunkSizes = [...]int{1, firstItems, 32, 256, 1024}

// alloc returns room for chunkSizes[class] elements.
func (a *allocator) alloc(class int) unsafe.Pointer {
	t := a.arrays[class].Load()
	if t == nil {
		array := reflect.ArrayOf(chunkSizes[class], a.elem)
		t = &array
		a.arrays[class].Store(t)
	}
	return reflect.New(*t).UnsafePointer()
}

// A chunk is the last allocation of an allocator in one input.
type chunk struct {
	of         *allocator
	data       unsafe.Pointer
	used, size int // elements
	next       int // class of the next allocation, 0 for the first
}

// at returns the place of element i, which exists.
func (c *chunk) at(i int) unsafe.Pointer {
	return unsafe.Add(c.data, uintptr(i)*c.of.elem.Size())
}

// chunk returns what a has allocated for this input.
func (d *Decoder) chunk(a *allocator) *chunk {
	for i := range d.chunks {
		if d.chunks[i].of == a {
			return &d.chunks[i]
		}
	}
	d.chunks = append(d.chunks, chunk{of: a})
	return &d.chunks[len(d.chunks)-1]
}

// take returns room for as many elements as class has: 0 is one, 1 a short list.
func (d *Decoder) take(a *allocator, class int) unsafe.Pointer {
	c, count := d.chunk(a), chunkSizes[class]
	if c.size-c.used < count {
		class = max(class, c.next)
		c.data, c.used, c.size = a.alloc(class), 0, chunkSizes[class]
		c.next = min(max(class+1, 2), len(chunkSizes)-1)
	}
	c.used += count
	return c.at(c.used - count)
}

// giveBack takes back the last spare elements of a short list at data, which
// nobody has written to, if nothing was taken since, and reports whether it did.
func (d *Decoder) giveBack(a *allocator, data unsafe.Pointer, spare int) bool {
	c := d.chunk(a)
	if c.used < firstItems || c.at(c.used-firstItems) != data {
		return false
	}
	c.used -= spare
	return true
}
