package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"go/types"
	"io"
	"math/big"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// literal returns why the value of a tag, default or example, is not one of v: a text where JSON
// has a string, and JSON otherwise.
func (v *value) literal(text string) error {
	switch v.kind {
	case kindUnknown:
		return nil
	case kindString, kindText:
		return v.text(text)
	case kindBytes:
		data, err := base64.StdEncoding.Strict().DecodeString(text)
		if err != nil || strings.ContainsAny(text, "\r\n") {
			return errors.New("it is not in base64")
		}
		return v.length("Length", len(data))
	case kindRawText:
		return v.length("Length", len(text))
	case kindTime, kindDate, kindTimeOfDay, kindDuration, kindAddr, kindPrefix:
		return v.parse(text)
	case kindURL:
		if u, err := url.Parse(text); err != nil || !u.IsAbs() {
			return errors.New("it is not an absolute URL")
		}
		return nil
	case kindDecimal:
		if err := v.parse(strings.Trim(text, `"`)); err != nil {
			return err
		}
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var parsed any
	if d.Decode(&parsed) != nil || !atEnd(d) {
		parsed = broken{}
	}
	return v.json(parsed)
}

// broken stands for text that is no JSON.
type broken struct{}

func atEnd(d *json.Decoder) bool {
	_, err := d.Token()
	return errors.Is(err, io.EOF)
}

// json returns why a parsed JSON value is not one of v.
func (v *value) json(parsed any) error {
	if parsed == nil && v.nullable {
		return nil
	}
	switch v.kind {
	case kindUnknown, kindDecimal:
		return nil
	case kindJSON:
		if parsed == any(broken{}) {
			return errors.New("want JSON")
		}
		return nil
	case kindInt, kindUint, kindFloat:
		n, ok := parsed.(json.Number)
		if !ok {
			return errors.New("want a number")
		}
		return v.numeric(n.String())
	case kindBool:
		b, ok := parsed.(bool)
		if !ok {
			return errors.New("want true or false")
		}
		if r, ok := v.find("const"); ok && len(r.values) == 1 && r.values[0] != fmt.Sprint(b) {
			return fmt.Errorf("it breaks the rule %s", r.text)
		}
		return nil
	case kindList, kindArray:
		list, ok := parsed.([]any)
		if !ok {
			return errors.New("want a JSON array")
		}
		return v.items(list)
	case kindMap, kindStruct:
		return v.members(parsed)
	}
	s, ok := parsed.(string)
	if !ok {
		return errors.New("want a string")
	}
	return v.literal(s)
}

func (v *value) items(list []any) error {
	for i, item := range list {
		if err := v.elem.json(item); err != nil {
			return fmt.Errorf("item %d: %w", i, err)
		}
	}
	if array, ok := v.typ.Underlying().(*types.Array); ok && int64(len(list)) != array.Len() {
		return fmt.Errorf("want %d items", array.Len())
	}
	return v.length("Items", len(list))
}

func (v *value) members(parsed any) error {
	object, ok := parsed.(map[string]any)
	if !ok {
		return errors.New("want a JSON object")
	}
	if v.kind == kindStruct {
		return nil
	}
	for name, member := range object {
		if err := v.elem.json(member); err != nil {
			return fmt.Errorf("member %q: %w", name, err)
		}
	}
	return v.length("Properties", len(object))
}

// length checks the rules minX and maxX.
func (v *value) length(of string, n int) error {
	actual := big.NewRat(int64(n), 1)
	for name, wrong := range map[string]int{"min" + of: -1, "max" + of: 1} {
		if limit, ok := v.number(name); ok && actual.Cmp(limit) == wrong {
			return fmt.Errorf("it breaks the rule %s=%s", name, limit.RatString())
		}
	}
	return nil
}

// text checks the rules of a string, but for its format.
func (v *value) text(s string) error {
	for _, change := range []struct {
		name string
		do   func(string) string
	}{{"trim", strings.TrimSpace}, {"lower", strings.ToLower}, {"upper", strings.ToUpper}} {
		if _, ok := v.find(change.name); ok {
			s = change.do(s)
		}
	}
	if err := v.length("Length", utf8.RuneCountInString(s)); err != nil {
		return err
	}
	if r, ok := v.find("pattern"); ok && len(r.values) == 1 {
		if re, err := regexp.Compile(r.values[0]); err == nil && !re.MatchString(s) {
			return fmt.Errorf("it breaks the rule %s", r.text)
		}
	}
	return v.choice(func(choice string) bool { return choice == s })
}

// numeric checks the type and the rules of a number.
func (v *value) numeric(text string) error {
	n, ok := rational(text)
	if !ok {
		return nil
	}
	if v.kind != kindFloat {
		low, high := new(big.Int), new(big.Int).Lsh(big.NewInt(1), uint(v.bits))
		if v.kind == kindInt {
			high.Rsh(high, 1)
			low.Neg(high)
		}
		if !n.IsInt() || n.Num().Cmp(low) < 0 || n.Num().Cmp(high) >= 0 {
			return fmt.Errorf("it is no %s", v.typ.Underlying())
		}
	}
	wrong := map[string][]int{"gt": {-1, 0}, "ge": {-1}, "lt": {0, 1}, "le": {1}}
	for _, name := range bounds {
		if limit, ok := v.number(name); ok && slices.Contains(wrong[name], n.Cmp(limit)) {
			return fmt.Errorf("it breaks the rule %s=%s", name, limit.RatString())
		}
	}
	if step, ok := v.number("multipleOf"); ok && step.Sign() > 0 && !new(big.Rat).Quo(n, step).IsInt() {
		return fmt.Errorf("it breaks the rule multipleOf=%s", step.RatString())
	}
	return v.choice(func(choice string) bool {
		other, ok := rational(choice)
		return !ok || other.Cmp(n) == 0
	})
}

// choice checks the rules enum and const, and the values that the type lists itself.
func (v *value) choice(is func(choice string) bool) error {
	for _, name := range []string{"enum", "const"} {
		if r, ok := v.find(name); ok && !slices.ContainsFunc(r.values, is) {
			return fmt.Errorf("it breaks the rule %s", r.text)
		}
	}
	if v.enum != nil && !slices.ContainsFunc(v.enum.Values, is) {
		return errors.New("it is not among the values that Enum lists")
	}
	return nil
}
