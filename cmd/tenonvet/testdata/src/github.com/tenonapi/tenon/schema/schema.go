// Package schema is a stand-in for the real one with the names that the analyzer knows.
package schema

type (
	Opt[T any]    struct{ value T }
	Null[T any]   struct{ value T }
	Secret[T any] struct{ value T }

	Date      struct{ Year, Month, Day int }
	TimeOfDay struct{ Hour, Minute int }
	Decimal   struct{ unscaled int64 }
	Text      []byte
	Issues    struct{ list []string }

	Config      struct{}
	Set         struct{}
	Type[T any] struct{ set *Set }
	Variant     struct{ name string }
)

func NewSet(Config) *Set { return nil }

func Compile[T any](*Set) (*Type[T], error) { return nil, nil }

func As[T any](name string) Variant { return Variant{name} }
