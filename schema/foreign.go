package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"unicode/utf8"

	"github.com/tenonapi/tenon/internal/wire"
)

// appendForeign appends a value that decoding puts into no any, as encoding/json
// has it. What that would change silently is an error here as elsewhere: strings
// that are not UTF-8, and JSON of its own making that is not valid.
func appendForeign(e *encoder, dst []byte, v any) []byte {
	var buf bytes.Buffer
	foreign := json.NewEncoder(&buf)
	foreign.SetEscapeHTML(false)
	err := foreign.Encode(v)
	text := bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
	switch {
	case err != nil:
	case !validStrings(reflect.ValueOf(v)):
		err = errUTF8
	case !wire.Valid(text):
		err = errors.New("the result is not valid JSON")
	default:
		return append(dst, text...)
	}
	e.fail(fmt.Errorf("encode %T: %w", v, err))
	return dst
}

// validStrings reports whether the strings in v that encoding/json would print
// are UTF-8. It takes no value that contains itself.
func validStrings(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String:
		return utf8.ValidString(v.String())
	case reflect.Pointer, reflect.Interface:
		return v.IsNil() || writesItself(v.Type()) || validStrings(v.Elem())
	case reflect.Slice, reflect.Array:
		for i := 0; i < v.Len() && v.Type().Elem().Kind() != reflect.Uint8; i++ {
			if !validStrings(v.Index(i)) {
				return false
			}
		}
	case reflect.Map:
		for iter := v.MapRange(); iter.Next(); {
			if !validStrings(iter.Key()) || !validStrings(iter.Value()) {
				return false
			}
		}
	case reflect.Struct:
		for i := 0; i < v.NumField() && !writesItself(v.Type()); i++ {
			f := v.Type().Field(i)
			if (f.IsExported() || f.Anonymous) && f.Tag.Get("json") != "-" && !validStrings(v.Field(i)) {
				return false
			}
		}
	}
	return true
}

// writesItself reports whether the strings in a value of t may never be printed.
func writesItself(t reflect.Type) bool {
	return t.Implements(jsonMarshaler) || t.Implements(textMarshaler)
}
