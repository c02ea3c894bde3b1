package wire

// linear is the number of names up to which an object is searched one by one;
// beyond it a map takes over, so that a hostile object costs linear time.
const linear = 16

// names remembers the member names of the objects that are open, innermost
// last, to find repeated ones. Its buffers are reused.
type names struct {
	text []byte // the names, one behind the other
	ends []int  // where each ends in text
	big  map[int]map[string]struct{}
}

// nameMark is where the names of one object begin.
type nameMark struct{ end, text int }

func (n *names) reset() {
	n.text, n.ends = n.text[:0], n.ends[:0]
	clear(n.big)
}

func (n *names) open() nameMark { return nameMark{len(n.ends), len(n.text)} }

// add reports whether name is new in the object opened at m.
func (n *names) add(m nameMark, name []byte) bool {
	if set := n.big[m.end]; set != nil {
		if _, ok := set[string(name)]; ok {
			return false
		}
		set[string(name)] = struct{}{}
		return true
	}
	start := m.text
	for _, end := range n.ends[m.end:] {
		if string(n.text[start:end]) == string(name) {
			return false
		}
		start = end
	}
	n.text = append(n.text, name...)
	n.ends = append(n.ends, len(n.text))
	if len(n.ends)-m.end > linear {
		n.promote(m)
	}
	return true
}

// promote moves the names of an object into a map.
func (n *names) promote(m nameMark) {
	set := make(map[string]struct{}, 4*linear)
	start := m.text
	for _, end := range n.ends[m.end:] {
		set[string(n.text[start:end])] = struct{}{}
		start = end
	}
	if n.big == nil {
		n.big = make(map[int]map[string]struct{})
	}
	n.big[m.end] = set
}

func (n *names) close(m nameMark) {
	n.text, n.ends = n.text[:m.text], n.ends[:m.end]
	delete(n.big, m.end)
}

// A NameSet finds repeated names of one object, as [Scanner.Skip] does. The
// zero value is an empty set.
type NameSet struct{ n names }

// Add reports whether name is new.
func (s *NameSet) Add(name []byte) bool { return s.n.add(nameMark{}, name) }

// Reset empties the set and keeps its buffers.
func (s *NameSet) Reset() { s.n.reset() }
