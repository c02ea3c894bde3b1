package schema

import (
	"encoding/json"
	"slices"
	"sync"
	"unicode/utf8"
	"unsafe"

	"github.com/tenonapi/tenon/internal/wire"
	"github.com/tenonapi/tenon/problem"
)

// A Decoder is one run of plans over one input: it keeps the strings that were
// copied and the issues that were found. Get one from [Set.Decoder], or use a
// zero one after Reset. It is not safe for concurrent use.
type Decoder struct {
	s      wire.Scanner
	set    *Set
	hint   int    // bytes of text expected in all, for the size of slab
	slab   []byte // where strings are copied to, one behind the other
	issues []problem.Issue
	full   bool // the limit of issues was reached
	broken bool // a JSON text was malformed
	strict bool // nothing is coerced: the text is one of the program's own
	back   bool // the text is one that plans have printed
	chunks []chunk
	text   []byte // for short-lived copies
}

var decoders = sync.Pool{New: func() any { return new(Decoder) }}

// Decoder returns a Decoder for an input of about size bytes. Call Release when
// its issues are no longer needed.
func (s *Set) Decoder(size int) *Decoder {
	d := decoders.Get().(*Decoder)
	d.Reset(s, size)
	return d
}

// Release gives d back for reuse.
func (d *Decoder) Release() {
	d.Reset(nil, 0)
	decoders.Put(d)
}

// maxKept is the size of an input beyond which the buffers of a Decoder are not
// reused, for they may have grown as large.
const maxKept = 1 << 20

// Reset makes d begin anew, with the plans of s and an input of about size bytes.
// Nothing of the last input stays in d.
func (d *Decoder) Reset(s *Set, size int) {
	switch {
	case d.set == nil: // is new, or was reset
	case d.hint > maxKept:
		*d = Decoder{}
	default:
		d.s.Reset(nil, 0)
		clear(d.issues)
		d.issues = d.issues[:0]
		clear(d.chunks)
		d.chunks = d.chunks[:0]
		d.slab, d.full, d.broken, d.strict, d.back = nil, false, false, false, false
	}
	d.set, d.hint = s, size
}

// Err returns an [*Error] with a copy of the issues found so far, or nil.
func (d *Decoder) Err() error {
	if len(d.issues) == 0 {
		return nil
	}
	e := &Error{Malformed: d.broken, Issues: slices.Clone(d.issues)}
	if word := d.set.cfg.Message; word != nil {
		for i := range e.Issues {
			if msg := word(e.Issues[i]); msg != "" {
				e.Issues[i].Msg = msg
			}
		}
	}
	return e
}

const slabSize = 4 << 10

// string copies b, which is valid UTF-8, into the slab.
func (d *Decoder) string(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if cap(d.slab)-len(d.slab) < len(b) {
		d.slab = make([]byte, 0, max(len(b), min(d.hint, slabSize)))
	}
	n := len(d.slab)
	d.slab = append(d.slab, b...)
	return unsafe.String(&d.slab[n], len(b))
}

// unescaped copies a string that has escapes into the slab.
func (d *Decoder) unescaped(raw []byte) string {
	if cap(d.slab)-len(d.slab) < len(raw) {
		d.slab = make([]byte, 0, max(len(raw), min(d.hint, slabSize)))
	}
	n := len(d.slab)
	d.slab = wire.AppendUnescaped(d.slab, raw) // at least one byte, for it has an escape
	return unsafe.String(&d.slab[n], len(d.slab)-n)
}

// scratch copies the text of a string to where it stays until scratch is called again.
func (d *Decoder) scratch(raw []byte, kind wire.StringKind) []byte {
	if kind == wire.Escaped {
		d.text = wire.AppendUnescaped(d.text[:0], raw)
	} else {
		d.text = append(d.text[:0], raw...)
	}
	return d.text
}

// copy is string for text of which only a view exists.
func (d *Decoder) copy(s string) string {
	return d.string(unsafe.Slice(unsafe.StringData(s), len(s)))
}

// The longest values that an issue repeats, in bytes.
const (
	maxEcho    = 256
	maxEchoAll = 16 << 10 // with Config.EchoAll
)

// issue adds v at the place where the decoder is; input is the JSON text of the
// value or nil. It returns false when no more issues are wanted.
func (d *Decoder) issue(v *violation, input []byte) bool {
	if d.full {
		return false
	}
	if len(d.issues) >= d.set.cfg.MaxIssues {
		d.full = true
		d.issues = append(d.issues, problem.Issue{Type: tooManyIssues.typ, Msg: tooManyIssues.msg})
		return false
	}
	d.issues = append(d.issues, problem.Issue{Type: v.typ, Msg: v.msg, Ctx: v.ctx, Input: d.echo(input)})
	return true
}

// echo returns a copy of input if an issue may repeat it: a short scalar unless the set
// says more, and of numbers only those that readers can hold.
func (d *Decoder) echo(input []byte) json.RawMessage {
	if len(input) == 0 || len(input) > d.maxEcho() || !d.set.cfg.EchoAll && (input[0] == '{' || input[0] == '[') {
		return nil
	}
	if c := input[0]; c == '-' || c-'0' <= 9 {
		if _, ok := wire.Float(input, 64); !ok {
			return nil
		}
	}
	return slices.Clone(input)
}

// maxEcho is the longest value that an issue repeats.
func (d *Decoder) maxEcho() int {
	if d.set.cfg.EchoAll {
		return maxEchoAll
	}
	return maxEcho
}

// nothing is what the issue of an absent value repeats.
func (d *Decoder) nothing() []byte {
	if d.set.cfg.EchoAll {
		return null
	}
	return nil
}

var null = []byte("null")

// textIssue is issue for a value that came as text.
func (d *Decoder) textIssue(v *violation, s string) bool {
	if len(s) > d.maxEcho() {
		return d.issue(v, nil)
	}
	quoted, ok := wire.AppendString(d.text[:0], s)
	d.text = quoted
	if !ok {
		quoted = nil
	}
	return d.issue(v, quoted)
}

// validText reports whether a text is valid UTF-8, as a JSON string always is,
// and adds an issue if it is not.
func (d *Decoder) validText(s string) bool {
	ok := utf8.ValidString(s)
	if !ok {
		d.issue(stringType, nil)
	}
	return ok
}

// at puts a segment before the location of the issues from n on. Locations grow
// backwards, from the value to the root; finish turns them round.
func (d *Decoder) at(n int, segment any) {
	for i := n; i < len(d.issues); i++ {
		loc := &d.issues[i].Loc
		if *loc == nil {
			*loc = make([]any, 0, 4) // most are no longer, with the prefix
		}
		*loc = append(*loc, segment)
	}
}

// finish completes the locations of the issues from n on with a prefix.
func (d *Decoder) finish(n int, prefix []any) {
	for i := n; i < len(d.issues); i++ {
		loc := d.issues[i].Loc
		for k := len(prefix) - 1; k >= 0; k-- {
			loc = append(loc, prefix[k])
		}
		slices.Reverse(loc)
		d.issues[i].Loc = loc
	}
}

// drop takes the issues from n on back.
func (d *Decoder) drop(n int) { d.issues = slices.Delete(d.issues, n, len(d.issues)) }

// wrongType adds v for the value at hand and skips it.
func (d *Decoder) wrongType(v *violation) bool {
	raw, _, ok := d.s.Skip()
	return ok && d.issue(v, raw)
}

// run decodes the JSON text data with n into p. The issues it finds are at prefix.
func (d *Decoder) run(n node, data []byte, p unsafe.Pointer, prefix []any) {
	before := len(d.issues)
	d.hint = max(d.hint, len(data))
	d.s.Reset(data, d.set.cfg.MaxDepth)
	if n.decode(d, p) {
		d.s.End()
	}
	if err := d.s.Err(); err != nil {
		d.broken = true
		d.drop(before)
		issue := problem.Issue{
			Type: "json_invalid", Msg: "JSON decode error", Loc: []any{err.Offset},
			Ctx: []problem.Attr{{Name: "error", Value: err.Reason}},
		}
		if d.set.cfg.EchoAll {
			issue.Loc[0], issue.Input = utf8.RuneCount(data[:err.Offset]), json.RawMessage("{}")
		}
		d.issues = append(d.issues, issue)
	}
	d.finish(before, prefix)
}

// Issues returns the number of issues found so far.
func (d *Decoder) Issues() int { return len(d.issues) }
