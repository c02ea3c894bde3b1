package assert

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	maxDepth = 20 // levels printed, which also ends cycles
	wideItem = 60 // bytes up to which the items of a list or struct share a line
)

// dump prints what p points to in a form close to Go syntax, one item per line where it is wide.
func dump[T any](p *T) string {
	switch v := any(*p).(type) {
	case string:
		return text(v)
	case []byte:
		if v != nil && utf8.Valid(v) {
			return text(string(v))
		}
	}
	return format(reflect.ValueOf(p).Elem(), 0)
}

// text keeps the line breaks of a text that has some, so that it is compared by lines.
func text(s string) string {
	if strings.Contains(s, "\n") {
		return s
	}
	return fmt.Sprintf("%q", s)
}

// format prints v at a depth of nesting.
func format(v reflect.Value, depth int) string {
	if !v.IsValid() {
		return "nil"
	}
	if depth > maxDepth {
		return "…"
	}
	if v.Kind() == reflect.Interface {
		return dynamic(v.Elem(), depth)
	}
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return "nil"
	}
	if s, ok := described(v); ok {
		return s
	}
	switch v.Kind() {
	case reflect.Pointer:
		return "&" + format(v.Elem(), depth+1)
	case reflect.Struct:
		items := make([]string, 0, v.NumField())
		for i := range v.NumField() {
			if !v.Field(i).IsZero() {
				items = append(items, v.Type().Field(i).Name+": "+format(v.Field(i), depth+1))
			}
		}
		return block(v.Type(), items)
	case reflect.Slice:
		if v.IsNil() {
			return v.Type().String() + "(nil)"
		}
		if v.Type().Elem().Kind() == reflect.Uint8 && utf8.Valid(v.Bytes()) {
			return fmt.Sprintf("%s(%q)", v.Type(), v.Bytes())
		}
		return block(v.Type(), elements(v, depth))
	case reflect.Array:
		return block(v.Type(), elements(v, depth))
	case reflect.Map:
		if v.IsNil() {
			return v.Type().String() + "(nil)"
		}
		var items []string
		for key, value := range v.Seq2() {
			items = append(items, format(key, depth+1)+": "+format(value, depth+1))
		}
		slices.Sort(items)
		return block(v.Type(), items)
	}
	return scalar(v)
}

// dynamic prints the value in an interface, with its type unless an untyped constant would have it.
func dynamic(v reflect.Value, depth int) string {
	s := format(v, depth+1)
	switch v.Kind() {
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Float32, reflect.Complex64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		if v.Type().PkgPath() == "" {
			return fmt.Sprintf("%s(%s)", v.Type(), s)
		}
	case reflect.Float64:
		if v.Type().PkgPath() == "" && !strings.ContainsAny(s, ".eIN") {
			return s + ".0"
		}
	}
	return s
}

// described returns the text of a value that describes itself: a time, an error, a big number.
func described(v reflect.Value) (string, bool) {
	if !v.CanInterface() {
		return "", false
	}
	switch x := v.Interface().(type) {
	case error:
		return fmt.Sprintf("%s(%q)", v.Type(), x.Error()), true
	case fmt.Stringer:
		return fmt.Sprintf("%s(%s)", v.Type(), x.String()), true
	}
	return "", false
}

// elements prints the items of a list.
func elements(v reflect.Value, depth int) []string {
	items := make([]string, v.Len())
	for i := range items {
		items[i] = format(v.Index(i), depth+1)
	}
	return items
}

// scalar prints a value without parts, with its type if it is not a predeclared one.
func scalar(v reflect.Value) string {
	s := fmt.Sprint(v)
	switch v.Kind() {
	case reflect.String:
		s = fmt.Sprintf("%q", v.String())
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
		s = fmt.Sprintf("%#x", v.Pointer())
	}
	if v.Type().PkgPath() == "" && v.Kind() != reflect.Func && v.Kind() != reflect.Chan {
		return s
	}
	return fmt.Sprintf("%s(%s)", v.Type(), s)
}

// block puts items in braces after a type, each on a line of its own if together they are wide.
func block(t reflect.Type, items []string) string {
	joined := strings.Join(items, ", ")
	if len(joined) <= wideItem && !strings.Contains(joined, "\n") {
		return t.String() + "{" + joined + "}"
	}
	var out bytes.Buffer
	out.WriteString(t.String() + "{\n")
	for _, item := range items {
		out.WriteString("\t" + strings.ReplaceAll(item, "\n", "\n\t") + ",\n")
	}
	out.WriteString("}")
	return out.String()
}
