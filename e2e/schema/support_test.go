package schema_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/schema"
)

// corpus is a folder of public test data.
func corpus(t testing.TB, folder string) string {
	t.Helper()
	root := os.Getenv("TENON_CORPORA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "corpora")
	}
	dir := filepath.Join(root, filepath.FromSlash(folder))
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no folder %s: TENON_CORPORA names the folder of public test data", dir)
	}
	return dir
}

func mustCompile[T any](t testing.TB, cfg schema.Config) *schema.Type[T] {
	t.Helper()
	typ, err := schema.Compile[T](schema.NewSet(cfg))
	if err != nil {
		t.Fatal(err)
	}
	return typ
}

// issues returns what is wrong with an input, and whether it is malformed.
func issues(err error) (list []problem.Issue, malformed bool) {
	if e, ok := errors.AsType[*schema.Error](err); ok {
		return e.Issues, e.Malformed
	}
	return nil, false
}

// typesOf returns the types of the issues in err, separated by spaces.
func typesOf(err error) string {
	list, _ := issues(err)
	types := make([]string, len(list))
	for i, issue := range list {
		types[i] = issue.Type
	}
	return strings.Join(types, " ")
}

// A lone is the plan of a type that is known at run time only, under rules.
type lone struct {
	set   *schema.Set
	owner reflect.Type
	field *schema.Field
}

// newLone compiles typ under the rules of a check tag.
func newLone(typ reflect.Type, rules string) (*lone, error) {
	tag := reflect.StructTag(`json:"v"`)
	if rules != "" {
		tag += reflect.StructTag(` check:` + strconv.Quote(rules))
	}
	owner := reflect.StructOf([]reflect.StructField{{Name: "V", Type: typ, Tag: tag}})
	set := schema.NewSet(schema.Config{})
	f, err := set.Field(owner, []int{0})
	return &lone{set, owner, f}, err
}

// decode returns the value that text stands for.
func (l *lone) decode(text []byte) (reflect.Value, error) {
	v := reflect.New(l.owner)
	d := l.set.Decoder(len(text))
	defer d.Release()
	l.field.JSON(d, v.Interface(), text)
	return v.Elem().Field(0), d.Err()
}

// judge compiles the printed schema of what the plan accepts.
func (l *lone) judge() (*judge, error) {
	all := schema.NewSchemas("#/$defs/")
	return newJudge(all, all.Input(l.field))
}

// outputJudge compiles the printed schema of what the plan prints.
func (l *lone) outputJudge() (*judge, error) {
	all := schema.NewSchemas("#/$defs/")
	return newJudge(all, all.Output(l.field))
}

// A judge is a printed schema that an independent implementation evaluates.
type judge struct {
	text   []byte
	schema *jsonschema.Schema
}

func newJudge(all *schema.Schemas, root *openapi.Schema) (*judge, error) {
	defs, err := all.Components()
	if err != nil {
		return nil, err
	}
	whole := *root
	whole.Defs = defs
	text, err := json.Marshal(whole)
	if err != nil {
		return nil, err
	}
	return compileJudge(text, true)
}

// compileJudge compiles a printed schema; content tells whether the encoding of
// strings is asserted or only an annotation.
func compileJudge(text []byte, content bool) (*judge, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	if content {
		c.AssertContent()
	}
	for name, validate := range numberFormats {
		c.RegisterFormat(&jsonschema.Format{Name: name, Validate: validate})
	}
	const url = "https://tenon.test/schema.json"
	if err := c.AddResource(url, doc); err != nil {
		return nil, err
	}
	s, err := c.Compile(url)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", text, err)
	}
	return &judge{text, s}, nil
}

func judgeOf[T any](t testing.TB, typ *schema.Type[T]) *judge {
	t.Helper()
	all := schema.NewSchemas("#/$defs/")
	j, err := newJudge(all, typ.InputSchema(all))
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// validate returns what the schema says of a JSON text.
func (j *judge) validate(text []byte) error {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return j.schema.Validate(v)
}

// numberFormats are those of the OpenAPI format registry: the range of a type
// of 64 bits is said by its format alone (ADR 4).
var numberFormats = map[string]func(any) error{
	"int64":  within(big.NewRat(math.MinInt64, 1), big.NewRat(math.MaxInt64, 1)),
	"uint64": within(new(big.Rat), new(big.Rat).SetUint64(math.MaxUint64)),
	"float":  finite(32),
	"double": finite(64),
}

func within(lo, hi *big.Rat) func(any) error {
	return func(v any) error {
		n, ok := v.(json.Number)
		if !ok {
			return nil
		}
		r, err := rational(string(n))
		if err == nil && (r.Cmp(lo) < 0 || r.Cmp(hi) > 0) {
			err = errors.New("out of range")
		}
		return err
	}
}

func finite(bits int) func(any) error {
	return func(v any) error {
		n, ok := v.(json.Number)
		if !ok {
			return nil
		}
		_, err := strconv.ParseFloat(string(n), bits)
		return err
	}
}

// rational returns the exact value of a JSON number, unless that takes too many digits.
func rational(text string) (*big.Rat, error) {
	if _, exp, ok := strings.Cut(strings.ToLower(text), "e"); ok {
		if e, err := strconv.Atoi(exp); err != nil || e > 5000 || e < -5000 {
			return nil, fmt.Errorf("exponent of %s", text)
		}
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil, fmt.Errorf("no number: %s", text)
	}
	return r, nil
}

// jsonString returns s as a JSON string.
func jsonString(s string) (string, error) {
	text, err := json.Marshal(s)
	return string(text), err
}

// plainNumber reports whether s is a JSON number.
func plainNumber(s string) bool { return json.Valid([]byte(s)) }
