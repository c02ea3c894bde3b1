package schema

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
	"unsafe"

	"github.com/tenonapi/tenon/internal/wire"
	"github.com/tenonapi/tenon/openapi"
)

// boolNode is the plan of a bool: true and false in JSON, more words in text.
type boolNode struct {
	leaf
	only  bool       // of the rule const
	wrong *violation // what is said of the other value, nil for no such rule
}

func newBoolNode(rs *rules) (node, error) {
	text, ok, err := rs.one("const")
	if err != nil || !ok {
		return boolNode{}, err
	}
	if text != "true" && text != "false" {
		return nil, fmt.Errorf("rule const=%s: want true or false", text)
	}
	return boolNode{only: text == "true", wrong: literalError([]string{text}, false)}, nil
}

func (n boolNode) decode(d *Decoder, p unsafe.Pointer) bool {
	var word string
	switch d.s.Peek() {
	case 't':
		word = "true"
	case 'f':
		word = "false"
	default:
		return d.wrongType(boolType)
	}
	if !d.s.Literal(word) {
		return false
	}
	bad := n.keep(word == "true", p)
	return bad == nil || d.issue(bad, []byte(word))
}

// keep stores v at p if it obeys the rule.
func (n boolNode) keep(v bool, p unsafe.Pointer) *violation {
	if n.wrong != nil && v != n.only {
		return n.wrong
	}
	*(*bool)(p) = v
	return nil
}

func (n boolNode) text(d *Decoder, s string, p unsafe.Pointer) {
	if bad := n.readText(s, p); bad != nil {
		d.textIssue(bad, s)
	}
}

func (n boolNode) readText(s string, p unsafe.Pointer) *violation {
	switch strings.ToLower(s) {
	case "true", "1", "yes", "on", "t", "y":
		return n.keep(true, p)
	case "false", "0", "no", "off", "f", "n":
		return n.keep(false, p)
	}
	return boolParsing
}

func (boolNode) append(_ *encoder, dst []byte, p unsafe.Pointer) []byte {
	return strconv.AppendBool(dst, *(*bool)(p))
}

func (boolNode) empty(p unsafe.Pointer) bool { return !*(*bool)(p) }
func (n boolNode) schema(*generator) *openapi.Schema {
	s := &openapi.Schema{Type: openapi.Types{"boolean"}}
	if n.wrong != nil {
		s.Const = strconv.AppendBool(nil, n.only)
	}
	return s
}

// bytesNode is the plan of a []byte: base64 as in encoding/json. Lengths count the bytes.
type bytesNode struct {
	leaf
	length lengths
}

func newBytesNode(rs *rules) (node, error) {
	l, err := takeLengths(rs, "minLength", "maxLength", bytesLength)
	return bytesNode{length: l}, err
}

func (bytesNode) textual() bool { return true }

func (n bytesNode) decode(d *Decoder, p unsafe.Pointer) bool {
	if d.s.Peek() != '"' {
		return d.wrongType(bytesType)
	}
	start := d.s.Pos
	raw, kind, ok := d.s.String()
	if !ok {
		return false
	}
	if kind == wire.Escaped {
		raw = d.scratch(raw, kind)
	}
	if v := n.read(raw, p); v != nil {
		return d.issue(v, d.s.Data[start:d.s.Pos])
	}
	return true
}

func (n bytesNode) read(raw []byte, p unsafe.Pointer) *violation {
	data, ok := decodeBase64(raw)
	if !ok {
		return base64Decode
	}
	*(*[]byte)(p) = data
	return n.length.check(len(data))
}

// decodeBase64 refuses line breaks, which the standard decoder skips.
func decodeBase64(raw []byte) ([]byte, bool) {
	out := make([]byte, base64.StdEncoding.DecodedLen(len(raw)))
	size, err := base64.StdEncoding.Strict().Decode(out, raw)
	return out[:size], err == nil && bytes.IndexByte(raw, '\r') < 0 && bytes.IndexByte(raw, '\n') < 0
}

func (n bytesNode) text(d *Decoder, s string, p unsafe.Pointer) {
	if v := n.read([]byte(s), p); v != nil {
		d.textIssue(v, s)
	}
}

func (bytesNode) append(_ *encoder, dst []byte, p unsafe.Pointer) []byte {
	dst = append(dst, '"')
	dst = base64.StdEncoding.AppendEncode(dst, *(*[]byte)(p))
	return append(dst, '"')
}

func (bytesNode) empty(p unsafe.Pointer) bool { return len(*(*[]byte)(p)) == 0 }

// schema has the lengths of the text, whose last 4 characters stand for 1 to 3 bytes.
func (n bytesNode) schema(*generator) *openapi.Schema {
	s := &openapi.Schema{Type: openapi.Types{"string"}, ContentEncoding: "base64"}
	n.length.count(base64.StdEncoding.EncodedLen, base64.StdEncoding.EncodedLen).describe(&s.MinLength, &s.MaxLength)
	return s
}

// Text is text kept as bytes. JSON has it as a string, not in base64; lengths
// count its bytes.
type Text []byte

// textBytesNode is the plan of a Text.
type textBytesNode struct {
	leaf
	length lengths
}

func newTextBytesNode(rs *rules) (node, error) {
	l, err := takeLengths(rs, "minLength", "maxLength", bytesLength)
	return textBytesNode{length: l}, err
}

func (textBytesNode) textual() bool { return true }

func (n textBytesNode) decode(d *Decoder, p unsafe.Pointer) bool {
	if d.s.Peek() != '"' {
		return d.wrongType(bytesType)
	}
	start := d.s.Pos
	raw, kind, ok := d.s.String()
	if !ok {
		return false
	}
	text := append(Text{}, d.scratch(raw, kind)...)
	if bad := n.length.check(len(text)); bad != nil {
		return d.issue(bad, d.s.Data[start:d.s.Pos])
	}
	*(*Text)(p) = text
	return true
}

func (n textBytesNode) text(d *Decoder, s string, p unsafe.Pointer) {
	if !d.validText(s) {
		return
	}
	if bad := n.length.check(len(s)); bad != nil {
		d.textIssue(bad, s)
		return
	}
	*(*Text)(p) = Text(s)
}

func (textBytesNode) append(e *encoder, dst []byte, p unsafe.Pointer) []byte {
	out, ok := wire.AppendString(dst, string(*(*Text)(p)))
	if !ok {
		e.fail(errUTF8)
	}
	return out
}

func (textBytesNode) empty(p unsafe.Pointer) bool { return len(*(*Text)(p)) == 0 }

// schema has the lengths in characters, which have 1 to 4 bytes.
func (n textBytesNode) schema(*generator) *openapi.Schema {
	s := &openapi.Schema{Type: openapi.Types{"string"}}
	least := func(bytes int) int { return (bytes + utf8.UTFMax - 1) / utf8.UTFMax }
	most := func(bytes int) int { return bytes }
	n.length.count(least, most).describe(&s.MinLength, &s.MaxLength)
	return s
}
