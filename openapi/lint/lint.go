package lint

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tenonapi/tenon/internal/jsonschema"
)

// Bounds of what is listed of one document.
const (
	maxFindings = 10_000
	maxText     = 16 << 20 // bytes of pointers and messages
)

// A Severity says how bad a finding is.
type Severity string

// The severities.
const (
	Error   Severity = "error"   // the specification forbids it
	Warning Severity = "warning" // the specification allows it; there is a better way, or it has no effect
)

// Config says what [Check] looks for. The zero value is every rule.
type Config struct {
	Off []string // IDs of rules that are not applied
}

// A Finding is one thing wrong with a document.
type Finding struct {
	Pointer  string   // JSON pointer of the value; "" is the whole document
	Rule     string   // ID, see [Rules]
	Severity Severity // that of the rule
	Message  string   // what is and what should be
	Source   string   // what the rule comes from, such as "OpenAPI 3.1, Parameter Object"
}

// String writes a finding in one line.
func (f Finding) String() string {
	return fmt.Sprintf("#%s: %s: %s (%s; %s)", f.Pointer, f.Severity, f.Message, f.Rule, f.Source)
}

// Check judges an OpenAPI document of version 3.0, 3.1 or 3.2, written as JSON, and returns all
// findings, ordered by their pointers. Of a document with very many findings it lists 10,000, or as
// many as fit into 16 MiB. The error is not nil if the text is not JSON (an object that has a name
// twice is not taken for it, nor are more than 1000 levels of nesting), or if cfg names unknown rules.
func Check(doc []byte, cfg Config) ([]Finding, error) {
	c := &checker{found: map[string][]*value{}, formats: jsonschema.StandardFormats(), rules: map[string]*rule{}}
	for i := range rules {
		c.rules[rules[i].ID] = &rules[i]
	}
	var errs []error
	for _, id := range cfg.Off {
		if c.rules[id] == nil {
			errs = append(errs, fmt.Errorf("lint: Off has %q, which is no rule", id))
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	for _, id := range cfg.Off {
		c.rules[id] = nil
	}
	raw, err := jsonschema.Read(doc)
	if err != nil {
		return nil, fmt.Errorf("lint: read document: %w", err)
	}
	c.root, c.size = tree(raw, nil, ""), len(doc)
	c.check()
	slices.SortStableFunc(c.findings, func(a, b Finding) int {
		return cmp.Or(comparePointers(a.Pointer, b.Pointer), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message))
	})
	return c.findings, nil
}

// A checker judges one document.
type checker struct {
	root     *value
	minor    int // version of OpenAPI 3
	objects  map[string]*object
	found    map[string][]*value // by the names of their objects
	rules    map[string]*rule    // by ID; nil for those that are off
	formats  jsonschema.Formats
	findings []Finding
	text     int
	size     int // of the document in bytes

	index index
}

// check applies all rules.
func (c *checker) check() {
	if !c.version() {
		return
	}
	c.objects = tables()[c.minor]
	c.walk(c.root, &typ{kind: "object", object: c.objects["OpenAPI"]})
	c.makeIndex()
	for _, r := range rules {
		if r.check == nil || c.rules[r.ID] == nil {
			continue
		}
		for _, name := range strings.Fields(r.on) {
			for _, v := range c.found[name] {
				r.check(c, v)
			}
		}
	}
}

// version finds out which version of OpenAPI the document is of.
//
// Source: OpenAPI 3.1, section "OpenAPI Object", field openapi.
func (c *checker) version() bool {
	if !c.root.isObject() {
		c.add("version", c.root, "is %s, want an object", c.root.show())
		return false
	}
	if c.root.has("swagger") {
		c.add("version", c.root.get("swagger"), "this is a document of Swagger 2.0, want OpenAPI 3.0, 3.1 or 3.2")
		return false
	}
	v := c.root.get("openapi")
	if v == nil {
		c.add("version", c.root, "lacks openapi, the version that it is written for")
		return false
	}
	rest, ok := strings.CutPrefix(v.text(), "3.")
	minor, patch, dotted := strings.Cut(rest, ".")
	patch, _, _ = strings.Cut(patch, "-")
	n, err := strconv.Atoi(minor)
	if !ok || !dotted || err != nil || strconv.Itoa(n) != minor || n < 0 || n >= versions || !isNumber(patch) {
		c.add("version", v, "is %s, want a version of OpenAPI 3.0, 3.1 or 3.2, such as 3.1.0", v.show())
		return false
	}
	c.minor = n
	return true
}

func isNumber(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// add reports something about v, unless the rule is off.
func (c *checker) add(id string, v *value, format string, args ...any) {
	r := c.rules[id]
	if r == nil || c.full() {
		return
	}
	f := Finding{Pointer: v.pointer(), Rule: id, Severity: r.Severity, Message: fmt.Sprintf(format, args...)}
	f.Source = c.source(r, v)
	c.text += len(f.Pointer) + len(f.Message)
	c.findings = append(c.findings, f)
}

// full reports whether no more findings are listed.
func (c *checker) full() bool { return len(c.findings) >= maxFindings || c.text >= maxText }

// source says what a rule comes from: for the rules of structure, it is the section about the
// nearest object.
func (c *checker) source(r *rule, v *value) string {
	section, isOpenAPI := strings.CutPrefix(r.Source, "OpenAPI, ")
	if !isOpenAPI {
		return r.Source
	}
	if section == nearest {
		for v.as == nil && v.parent != nil {
			v = v.parent
		}
		section = "OpenAPI Object"
		if v.as != nil {
			section = v.as.title
		}
	}
	return fmt.Sprintf("OpenAPI 3.%d, %s", c.minor, section)
}

// comparePointers orders pointers name by name, and positions by their numbers.
func comparePointers(a, b string) int {
	a, deepA := strings.CutPrefix(a, "/")
	b, deepB := strings.CutPrefix(b, "/")
	for deepA && deepB {
		var x, y string
		x, a, deepA = strings.Cut(a, "/")
		y, b, deepB = strings.Cut(b, "/")
		if isNumber(x) && isNumber(y) && len(x) != len(y) {
			return cmp.Compare(len(x), len(y))
		}
		if d := cmp.Compare(x, y); d != 0 {
			return d
		}
	}
	switch {
	case deepA:
		return 1
	case deepB:
		return -1
	}
	return 0
}
