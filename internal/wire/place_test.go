package wire_test

import (
	"fmt"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/internal/wire"
)

func TestBack(t *testing.T) {
	t.Run("reads again", func(t *testing.T) {
		var s wire.Scanner
		s.Reset([]byte(`[{"a":[1]},2]`), 3)
		assert.Equal(t, s.Enter(), true)
		for range 5 { // the depth is that of the place
			mark := s.Mark()
			assert.Equal(t, s.Enter(), true)
			name, ok := s.Name()
			assert.Equal(t, fmt.Sprintf("%s %v", name, ok), "a true")
			assert.Equal(t, s.Enter(), true)
			s.Back(mark)
		}
		raw, dup, ok := s.Skip()
		assert.Equal(t, fmt.Sprintf("%s %v %v", raw, dup, ok), `{"a":[1]} false true`)
	})
	t.Run("a failure stays", func(t *testing.T) {
		var s wire.Scanner
		s.Reset([]byte(`[x]`), 3)
		mark := s.Mark()
		_, _, ok := s.Skip()
		assert.Equal(t, ok, false)
		s.Back(mark)
		assert.Equal(t, s.Err().Offset, 1)
		assert.Equal(t, s.End(), false)
	})
}

func TestReturnRestoresAFailure(t *testing.T) {
	var s wire.Scanner
	s.Reset([]byte(`1`), 3)
	place := s.Detour([]byte(`x`), 1)
	assert.Equal(t, s.Literal("true"), false)
	assert.Equal(t, s.Err().Reason, "Expecting value")
	s.Return(place)
	assert.Equal(t, s.Err() == nil, true, "a failure of the detour is its own")
	assert.Equal(t, s.Fail(0, "first"), false)
	place = s.Detour([]byte(`1`), 1)
	s.Return(place)
	assert.Equal(t, s.Err().Reason, "first", "that before it stays")
}

func TestPrefix(t *testing.T) {
	var s wire.Scanner
	s.Reset([]byte(`"a":1`), 3)
	assert.Equal(t, s.Prefix(`"b":`), false)
	assert.Equal(t, s.Prefix(`"a":12`), false, "longer than the text")
	assert.Equal(t, s.Pos, 0)
	assert.Equal(t, s.Prefix(`"a":`), true)
	assert.Equal(t, s.Pos, 4)
}
