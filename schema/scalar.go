package schema

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"strings"
	"unsafe"

	"github.com/tenonapi/tenon/internal/wire"
	"github.com/tenonapi/tenon/openapi"
)

// boolNode is the plan of a bool: true and false in JSON, more words in text.
type boolNode struct{ leaf }

func (boolNode) decode(d *Decoder, p unsafe.Pointer) bool {
	switch d.s.Peek() {
	case 't':
		*(*bool)(p) = true
		return d.s.Literal("true")
	case 'f':
		*(*bool)(p) = false
		return d.s.Literal("false")
	}
	return d.wrongType(boolType)
}

func (boolNode) text(d *Decoder, s string, p unsafe.Pointer) {
	switch strings.ToLower(s) {
	case "true", "1", "yes", "on", "t", "y":
		*(*bool)(p) = true
	case "false", "0", "no", "off", "f", "n":
		*(*bool)(p) = false
	default:
		d.textIssue(boolParsing, s)
	}
}

func (boolNode) append(_ *encoder, dst []byte, p unsafe.Pointer) []byte {
	return strconv.AppendBool(dst, *(*bool)(p))
}

func (boolNode) empty(p unsafe.Pointer) bool { return !*(*bool)(p) }
func (boolNode) schema(*generator) *openapi.Schema {
	return &openapi.Schema{Type: openapi.Types{"boolean"}}
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
func (bytesNode) schema(*generator) *openapi.Schema {
	return &openapi.Schema{Type: openapi.Types{"string"}, ContentEncoding: "base64"}
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
func (textBytesNode) schema(*generator) *openapi.Schema {
	return &openapi.Schema{Type: openapi.Types{"string"}}
}
