package archtest

import (
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
)

// kinds has every form of declaration.
const kinds = `// Package kinds is a fixture.
package kinds

import "context"

const (
	First Kind = iota
	Second
	third
	Size, width = 1 << 10, 2
)

const Name string = "name"

var (
	ErrGone    = context.Canceled
	Table      map[string]int
	a, B       = 1, 2
	_       = third
)

type Kind int

func (k Kind) String() string { return "" }

func (k Kind) hidden() {}

type (
	// A Codec is commented.
	Codec[K comparable, V any] struct {
		Key, Other []byte // comments are left out
		hidden     int
		Now        func() (now int, err error)
		Kind
		*Store
		Inline struct {
			A int
			B string
		}
		_ struct{}
	}

	Store interface {
		Find(ctx context.Context, key string) (*Kind, error)
		hidden()
		also()
		error
	}

	Open interface {
		~int | ~string
	}

	Handler[In any] = func(context.Context, *In) error

	private struct{ Public int }
)

func (c *Codec[K, V]) Zip(v V) { panic(v) }

func (c *Codec[_, _]) Decode(
	text string, // the input
	limit int,
) (err error) {
	return nil
}

func (p private) Method() {}

func New(cfg struct{ A int }, more ...func(*Kind)) (*Codec[string, int], error) { return nil, nil }

func init() {}

func helper() {}
`

func TestAPIHasALineForEachExportedName(t *testing.T) {
	r, err := fixture(t, map[string]string{
		"go.mod":                "module example.com/joint/kinds\n",
		"kinds.go":              kinds,
		"more.go":               "package kinds\n\nfunc (k *Kind) Set() {}\n\nfunc Alpha() {}\n",
		"kinds_test.go":         "package kinds\n\nfunc Exported() {}\n",
		"auth/jwt/jwt.go":       "package jwt\n",
		"auth/internal/x/x.go":  "package x\n",
		"only/tests_test.go":    "package only\n",
		"nested/go.mod":         "module example.com/joint/kinds/nested\n",
		"nested/nested.go":      "package nested\n",
		"cmd/kinds/main.go":     "package main\n",
		"auth/testdata/text.go": "package testdata\n",
	})
	assert.NoError(t, err)
	assert.Equal(t, publicPackages(r), []string{"", "auth/jwt", "cmd/kinds"})
	assert.Equal(t, apiFile(r, ""), "kinds.txt")
	assert.Equal(t, apiFile(r, "auth/jwt"), "auth_jwt.txt")

	a, err := readAPI(r, "")
	assert.NoError(t, err)
	assert.Golden(t, []byte(a.String()), "kinds.txt")
	assert.Equal(t, len(a.names), 14, a.names)
}

func TestAPIOfBrokenFileIsAnError(t *testing.T) {
	r, err := fixture(t, map[string]string{"go.mod": "module example.com/joint\n", "a.go": "package a\n\nfunc {\n"})
	assert.NoError(t, err)
	_, err = readAPI(r, "")
	if err == nil {
		t.Fatal("got no error")
	}
	assert.Contains(t, err.Error(), "a.go:3")
}
