package wire

// Skip consumes the value at Pos, whatever it is, and returns its text. It
// checks all that a decoder would: syntax, depth and, in each object, that no
// name occurs twice. A repeated name does not stop it: dup is then true.
func (s *Scanner) Skip() (raw []byte, dup, ok bool) {
	s.Peek()
	start := s.Pos
	dup, ok = s.skip()
	if !ok {
		return nil, dup, false
	}
	return s.Data[start:s.Pos], dup, true
}

func (s *Scanner) skip() (dup, ok bool) {
	switch c := s.Peek(); c {
	case '{':
		return s.skipObject()
	case '[':
		return s.skipArray()
	case '"':
		_, _, ok = s.String()
	case 't':
		ok = s.Literal("true")
	case 'f':
		ok = s.Literal("false")
	case 'n':
		ok = s.Literal("null")
	default:
		if c != '-' && (c < '0' || c > '9') {
			return false, s.Fail(s.Pos, expectValue)
		}
		_, _, ok = s.Number()
	}
	return false, ok
}

func (s *Scanner) skipObject() (dup, ok bool) {
	if !s.Enter() {
		return false, false
	}
	mark := s.dups.open()
	for first := true; ; first = false {
		more, ok := s.More('}', first)
		if !ok {
			return dup, false
		}
		if !more {
			break
		}
		name, ok := s.Name()
		if !ok {
			return dup, false
		}
		if !s.dups.add(mark, name) {
			dup = true
		}
		d, ok := s.skip()
		if !ok {
			return dup, false
		}
		dup = dup || d
	}
	s.dups.close(mark)
	s.Leave()
	return dup, true
}

func (s *Scanner) skipArray() (dup, ok bool) {
	if !s.Enter() {
		return false, false
	}
	for first := true; ; first = false {
		more, ok := s.More(']', first)
		if !ok {
			return dup, false
		}
		if !more {
			break
		}
		d, ok := s.skip()
		if !ok {
			return dup, false
		}
		dup = dup || d
	}
	s.Leave()
	return dup, true
}
