package schema_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

// These have methods that the compiler inlines where it can.
type (
	leafCheck   struct{ A int }
	leafPointer struct{ A int }
	leafText    struct{ A int }
	leafJSON    struct{ A int }
	longCheck   struct{ A int }
)

func (leafCheck) Check() string               { return "" }
func (*leafPointer) Check() string            { return "" }
func (*leafText) UnmarshalText([]byte) error  { return nil }
func (leafText) MarshalText() ([]byte, error) { return nil, nil }
func (*leafJSON) UnmarshalJSON([]byte) error  { return nil }
func (leafJSON) MarshalJSON() ([]byte, error) { return []byte("1"), nil }
func (l longCheck) Check() string {
	for range l.A {
		if time.Now().IsZero() {
			return "x"
		}
	}
	return ""
}

type checker interface{ Check() string }

// These get them.
type (
	getsCheck        struct{ leafCheck }
	getsPointer      struct{ leafPointer }
	getsBehindOthers struct {
		B string
		leafCheck
	}
	getsLong struct{ longCheck }
	getsText struct {
		leafText
		B int
	}
	getsJSON           struct{ leafJSON }
	getsDeep           struct{ getsCheck }
	getsGeneric[T any] struct {
		leafCheck
		X T
	}
	getsTime  struct{ time.Time }
	getsNamed struct {
		leafJSON `json:"x"`
	}
	getsHidden struct {
		leafJSON `json:"-"`
	}
	getsInterface struct{ checker }
	getsByPointer struct{ *leafJSON }
	// The name of the first is part of the name of the second.
	leaf         struct{ leafCheck }
	getsOnlyHalf struct{ getsText }
)

func (getsOnlyHalf) MarshalText() ([]byte, error) { return nil, nil }

// These declare their own.
type (
	ownCheck        struct{ leafCheck }
	ownPointer      struct{ leafPointer }
	ownCalls        struct{ leafCheck }
	ownCallsPointer struct {
		B int
		leafPointer
	}
	ownIndirect       struct{ getsCheck }
	ownGeneric[T any] struct {
		leafCheck
		X T
	}
	ownLong   struct{ longCheck }
	ownText   struct{ leafText }
	ownTime   struct{ time.Time } // its text methods are those of the time, but nobody calls them
	twoChecks struct {            // ambiguous: it has none
		leafCheck
		longCheck `json:"long"`
	}
)

func (ownCheck) Check() string           { return "" }
func (*ownPointer) Check() string        { return "" }
func (o ownCalls) Check() string         { return o.leafCheck.Check() }
func (o *ownCallsPointer) Check() string { return o.leafPointer.Check() }
func (o ownIndirect) Check() string      { var c checker = o.getsCheck; return c.Check() }
func (o ownGeneric[T]) Check() string    { return o.leafCheck.Check() }
func (o ownLong) Check() string          { return o.longCheck.Check() }

func (o *ownText) UnmarshalText(b []byte) error { return o.leafText.UnmarshalText(b) }
func (o ownText) MarshalText() ([]byte, error)  { return o.leafText.MarshalText() }

func (o *ownTime) UnmarshalJSON(b []byte) error { return json.Unmarshal(b, &o.Time) }
func (o ownTime) MarshalJSON() ([]byte, error)  { return o.Time.MarshalJSON() }

func TestPromotedMethodsAreRefused(t *testing.T) {
	tests := []struct {
		name, err         string
		typ, method, from string
	}{
		{"leaf", compileError[getsCheck](t), "getsCheck", "Check", "leafCheck"},
		{"pointer receiver", compileError[getsPointer](t), "getsPointer", "Check", "leafPointer"},
		{"behind other fields", compileError[getsBehindOthers](t), "getsBehindOthers", "Check", "leafCheck"},
		{"not a leaf", compileError[getsLong](t), "getsLong", "Check", "longCheck"},
		{"text", compileError[getsText](t), "getsText", "UnmarshalText", "leafText"},
		{"JSON", compileError[getsJSON](t), "getsJSON", "UnmarshalJSON", "leafJSON"},
		{"two levels", compileError[getsDeep](t), "getsDeep", "Check", "getsCheck"},
		{"generic", compileError[getsGeneric[int]](t), "getsGeneric[int]", "Check", "leafCheck"},
		{"embedded with a name", compileError[getsNamed](t), "getsNamed", "UnmarshalJSON", "leafJSON"},
		{"hidden", compileError[getsHidden](t), "getsHidden", "UnmarshalJSON", "leafJSON"},
		{"interface", compileError[getsInterface](t), "getsInterface", "Check", "checker"},
		{"behind a pointer", compileError[getsByPointer](t), "getsByPointer", "UnmarshalJSON", "*schema_test.leafJSON"},
		{"a name that begins like the other", compileError[leaf](t), "leaf", "Check", "leafCheck"},
		{"one of two", compileError[getsOnlyHalf](t), "getsOnlyHalf", "UnmarshalText", "getsText"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			from := test.from
			if from[0] != '*' {
				from = "schema_test." + from
			}
			assert.Equal(t, test.err, "schema: compile schema_test."+test.typ+": type schema_test."+test.typ+" gets "+test.method+" from the embedded "+from+
				" and would be taken for it: declare the method on schema_test."+test.typ+" or make "+from+" a named field")
		})
	}
	assert.Contains(t, compileError[getsTime](t), "gets UnmarshalJSON from the embedded time.Time")
	assert.Contains(t, compileError[[]struct{ leafText }](t), "type struct gets UnmarshalText")
}

func TestOwnMethodsAreNotRefused(t *testing.T) {
	compile[ownCheck](t, schema.Config{})
	compile[ownPointer](t, schema.Config{})
	compile[ownCalls](t, schema.Config{})
	compile[ownCallsPointer](t, schema.Config{})
	compile[ownIndirect](t, schema.Config{})
	compile[ownGeneric[int]](t, schema.Config{})
	compile[ownGeneric[map[string]int]](t, schema.Config{})
	compile[ownLong](t, schema.Config{})
	compile[ownText](t, schema.Config{})
	compile[twoChecks](t, schema.Config{})
	plan := compile[ownTime](t, schema.Config{})
	got, err := plan.Decode([]byte(`"2026-01-02T03:04:05Z"`))
	assert.NoError(t, err)
	assert.Equal(t, got.Year(), 2026)
}
