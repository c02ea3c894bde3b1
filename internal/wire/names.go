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

// A NameMark is where the names of one object begin.
type NameMark struct{ end, text int }

func (n *names) reset() {
	n.text, n.ends = n.text[:0], n.ends[:0]
	clear(n.big)
}

func (n *names) open() NameMark { return NameMark{len(n.ends), len(n.text)} }

// add reports whether name is new in the object opened at m.
func (n *names) add(m NameMark, name []byte) bool {
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
func (n *names) promote(m NameMark) {
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

func (n *names) close(m NameMark) {
	n.text, n.ends = n.text[:m.text], n.ends[:m.end]
	delete(n.big, m.end)
}

// OpenNames begins to remember the names of an object, for a caller that walks
// over its members itself. At least one name is added before another object is
// opened, and objects are closed in reverse order; Reset closes all.
func (s *Scanner) OpenNames() NameMark { return s.dups.open() }

// AddName reports whether name is new in the object opened at m, the innermost.
func (s *Scanner) AddName(m NameMark, name []byte) bool { return s.dups.add(m, name) }

// CloseNames forgets the names of the object opened at m.
func (s *Scanner) CloseNames(m NameMark) { s.dups.close(m) }
