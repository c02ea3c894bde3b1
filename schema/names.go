package schema

import (
	"strings"
	"unsafe"
)

// fewFields is up to how many names are compared one by one. Two maps for each of many small
// structs cost more than the structs.
const fewFields = 8

// indexFields makes the maps.
func (n *structNode) indexFields() {
	n.index = make(map[string]int, len(n.fields))
	n.folded = make(map[string]int, len(n.fields))
	for i := range n.fields {
		n.index[n.fields[i].name] = i
		n.folded[string(fold(nil, []byte(n.fields[i].name)))] = i
	}
}

// field returns the number of the field called name.
func (n *structNode) field(name string) (int, bool) {
	if n.index != nil {
		i, ok := n.index[name]
		return i, ok
	}
	for i := range n.fields {
		if n.fields[i].name == name {
			return i, true
		}
	}
	return 0, false
}

// similar returns the number of a field that is called name but for the case.
func (n *structNode) similar(d *Decoder, name []byte) (int, bool) {
	if n.folded != nil {
		d.text = fold(d.text[:0], name)
		i, ok := n.folded[string(d.text)]
		return i, ok
	}
	for i := range n.fields {
		if strings.EqualFold(n.fields[i].name, view(name)) {
			return i, true
		}
	}
	return 0, false
}

// view returns a text without a copy, for as long as it is not written to.
func view(text []byte) string { return unsafe.String(unsafe.SliceData(text), len(text)) }
