package wire_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/wire"
)

// FuzzScanner compares Skip with encoding/json, which is the same but for what
// a Scanner refuses in addition, each with its own reason.
func FuzzScanner(f *testing.F) {
	for _, seed := range []string{
		``, `0`, `-0.5e-7`, `"a\u00e9\n"`, `[1,[],{"a":null}]`, `{"a":1,"a":2}`, `"\uD83D\uDE00"`, `"\uD83D"`, "\"\xff\"",
		"\ufeff1", `[1,]`, `{"a":1,}`, "\"\x01\"", `truefalse`, "{\"01234567\\\"é\":\"\"}", "[\x00]", strings.Repeat("[", 101),
	} {
		f.Add([]byte(seed))
	}
	stricter := map[string]bool{
		"Invalid UTF-8":                       true,
		`Unpaired surrogate in \uXXXX escape`: true,
		"Nesting too deep":                    true,
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		before := string(data)
		var s wire.Scanner
		s.Reset(data, wire.DefaultDepth)
		_, dup, ok := s.Skip()
		ok = ok && s.End()
		valid := json.Valid(data)
		switch {
		case ok && !valid:
			t.Errorf("accepted %q", data)
		case !ok && valid && !stricter[s.Err().Reason]:
			t.Errorf("refused %q: %v", data, s.Err())
		}
		if wire.Valid(data) != (ok && !dup) {
			t.Errorf("Valid and Skip disagree on %q", data)
		}
		if e := s.Err(); !ok && (e == nil || e.Offset < 0 || e.Offset > len(data)) {
			t.Errorf("error %+v for %q", e, data)
		}
		if string(data) != before {
			t.Errorf("the text was changed: %q, %q", before, data)
		}
	})
}
