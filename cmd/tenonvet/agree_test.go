package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// agreeTypes are the types that the fields in testdata/agree.txt may have.
const agreeTypes = `package main

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/tenonapi/tenon/schema"
)

func try[T any](line int) {
	if _, err := schema.Compile[T](schema.NewSet(schema.Config{})); err != nil {
		fmt.Println(line, strings.ReplaceAll(err.Error(), "\n", "; "))
	}
}

type (
	currency string
	cents    int64
	level    int
	word     string
	version  struct{ major, minor int }
	inner    struct{ N int }
)

func (currency) Check() string { return "pattern='^[A-Z]{3}$'" }
func (cents) Check() string    { return "ge=0" }
func (level) Enum() []level    { return []level{1, 2} }

func (w *word) UnmarshalText(text []byte) error { *w = word(text); return nil }
func (w word) MarshalText() ([]byte, error)     { return []byte(w), nil }

func (v *version) UnmarshalText(text []byte) error {
	_, err := fmt.Sscanf(string(text), "%d.%d", &v.major, &v.minor)
	return err
}
func (v version) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%d.%d", v.major, v.minor), nil }
func (v version) Compare(o version) int        { return v.major*1000 + v.minor - o.major*1000 - o.minor }
`

// TestAgreesWithTenon compiles a struct for each field in testdata/agree.txt with the framework of
// this repository: what it refuses, and nothing else, the analyzer reports.
func TestAgreesWithTenon(t *testing.T) {
	agree(t, "agree.txt", agreeTypes, "try[struct{ %s }](%d)")
}

// TestAgreesAboutInputsAndOutputs does the same with fields of inputs and of envelopes.
func TestAgreesAboutInputsAndOutputs(t *testing.T) {
	agree(t, "inputs.txt", operationTypes, "try(func(r *tenon.Router) { tenon.Post(r, `/a/{id}`, in[struct{ ID string `path:\"id\"`; %s }]) }, %d)")
	agree(t, "outputs.txt", operationTypes, "try(func(r *tenon.Router) { tenon.Post(r, `/a`, out[struct{ %s }]) }, %d)")
}

// operationTypes is the program for the fields in testdata/inputs.txt and outputs.txt.
const operationTypes = `package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/upload"
)

func in[T any](context.Context, *T) (out struct{}, err error) { return out, nil }
func out[T any](context.Context, *struct{}) (out T, err error) { return out, nil }

func try(routes func(*tenon.Router), line int) {
	if _, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, routes); err != nil {
		fmt.Println(line, strings.ReplaceAll(err.Error(), "\n", "; "))
	}
}

type (
	_      upload.File
	filter struct {
		Low *int ` + "`json:\"low\"`" + `
	}
	cookie = http.Cookie
)
`

// agree tries the fields in a file of testdata by a call each.
func agree(t *testing.T, file, types, call string) {
	t.Helper()
	fields, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	var src strings.Builder
	src.WriteString(types + "\nfunc main() {\n")
	lines := strings.Split(string(fields), "\n")
	for i, field := range lines {
		if field != "" && !strings.HasPrefix(field, "#") {
			fmt.Fprintf(&src, "//line %s:%d\n\t"+call+"\n", file, i+1, field, i+1)
		}
	}
	src.WriteString("}\n")
	dir := module(t, map[string]string{"main.go": src.String()})

	refused := byLine(t, `(?m)^(\d+) (.*)$`, output(t, goCommand(dir, offline, "run", "."), 0))
	found := byLine(t, `(?m)^.*`+regexp.QuoteMeta(file)+`:(\d+): (.*)$`, output(t, goCommand(dir, offline, "vet", "-vettool="+tool, "."), 1))
	for i, field := range lines {
		line := fmt.Sprint(i + 1)
		switch tenon, vet := refused[line], found[line]; {
		case tenon != "" && vet == "":
			t.Errorf("line %s: %s\nTenon refuses it and the analyzer is silent: %s", line, field, tenon)
		case tenon == "" && vet != "":
			t.Errorf("line %s: %s\nTenon takes it and the analyzer reports: %s", line, field, vet)
		}
	}
}

// byLine returns what a pattern finds by its first group.
func byLine(t *testing.T, pattern, text string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		found[m[1]] += m[2]
	}
	if len(found) == 0 {
		t.Fatalf("nothing found in:\n%s", text)
	}
	return found
}
