package problem

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tenonapi/tenon/internal/wire"
)

// DefaultTypes is what stands before the code in the member "type".
const DefaultTypes = "urn:problem:"

func writeSegment(b *strings.Builder, seg any) {
	switch s := seg.(type) {
	case string:
		b.WriteString(s)
	case int:
		b.WriteString(strconv.Itoa(s))
	}
}

// AppendJSON appends e as a problem document. The member "type" is types
// followed by the code; an empty types means [DefaultTypes]. A missing code or
// title is that of the status, as in [New]. An empty requestID is left out.
// Source: RFC 9457, section 3.1.
func (e *Error) AppendJSON(dst []byte, types, requestID string) []byte {
	if types == "" {
		types = DefaultTypes
	}
	code, title := e.Code, e.Title
	if code == "" || title == "" {
		full := New(e.Status, code, title)
		code, title = full.Code, full.Title
	}
	dst = slices.Grow(dst, 192+192*len(e.Issues)) // as much as most take
	dst = append(dst, `{"type":`...)
	dst = appendText(dst, types+code)
	dst = append(dst, `,"title":`...)
	dst = appendText(dst, title)
	dst = append(dst, `,"status":`...)
	dst = strconv.AppendInt(dst, int64(e.Status), 10)
	if e.Detail != "" {
		dst = append(dst, `,"detail":`...)
		dst = appendText(dst, e.Detail)
	}
	dst = append(dst, `,"code":`...)
	dst = appendText(dst, code)
	if requestID != "" {
		dst = append(dst, `,"request_id":`...)
		dst = appendText(dst, requestID)
	}
	if len(e.Issues) > 0 {
		dst = append(dst, `,"errors":[`...)
		for i := range e.Issues {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = e.Issues[i].AppendJSON(dst)
		}
		dst = append(dst, ']')
	}
	if e.Data != nil {
		dst = append(append(dst, `,"data":`...), e.Data...)
	}
	return append(dst, '}')
}

// AppendJSON appends i as an object with the members type, loc, msg and, where
// they say something, input and ctx.
func (i *Issue) AppendJSON(dst []byte) []byte {
	dst = append(dst, `{"type":`...)
	dst = appendText(dst, i.Type)
	dst = append(dst, `,"loc":[`...)
	for n, seg := range i.Loc {
		if n > 0 {
			dst = append(dst, ',')
		}
		dst = appendValue(dst, seg)
	}
	dst = append(dst, `],"msg":`...)
	dst = appendText(dst, i.Msg)
	if i.Input != nil {
		dst = append(dst, `,"input":`...)
		dst = append(dst, i.Input...)
	}
	if len(i.Ctx) > 0 {
		dst = append(dst, `,"ctx":{`...)
		for n, a := range i.Ctx {
			if n > 0 {
				dst = append(dst, ',')
			}
			dst = appendText(dst, a.Name)
			dst = append(dst, ':')
			dst = appendValue(dst, a.Value)
		}
		dst = append(dst, '}')
	}
	return append(dst, '}')
}

// appendText appends s, of which bytes that are not UTF-8 are replaced: an
// error must get through.
func appendText(dst []byte, s string) []byte {
	out, ok := wire.AppendString(dst, s)
	if !ok {
		out, _ = wire.AppendString(dst, strings.ToValidUTF8(s, "\uFFFD"))
	}
	return out
}

func appendValue(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...)
	case string:
		return appendText(dst, v)
	case bool:
		return strconv.AppendBool(dst, v)
	case int:
		return strconv.AppendInt(dst, int64(v), 10)
	case int64:
		return strconv.AppendInt(dst, v, 10)
	case uint64:
		return strconv.AppendUint(dst, v, 10)
	case json.Number:
		return append(dst, v...)
	case json.RawMessage:
		return append(dst, v...)
	case float64:
		if out, ok := wire.AppendFloat(dst, v, 64); ok {
			return out
		}
	}
	return appendText(dst, fmt.Sprint(v))
}
