package tenon

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"

	"github.com/tenonapi/tenon/internal/graph"
)

// Guard runs fn before what is behind it: stages in inner places, those listed
// after it and the handler. An error of fn is answered. Its In is a parameter
// struct like that of a provider. Its options are [Errors] and [Scopes].
func Guard[In any](fn func(context.Context, *In) error, opts ...Option) Option {
	return stageOption(fn, fn == nil, opts, func(ctx context.Context, f *graph.Frame, in *In) error {
		if err := fn(ctx, in); err != nil {
			return err
		}
		return f.Next(ctx)
	})
}

// Around runs fn around what is behind it, which [Call.Next] runs. An error of fn
// is answered; when fn returns nil, the answer is that of the last Next, which
// must have returned nil, or the one given to [Call.Reply]. Scopes that something
// behind it has opened are closed when Next returns, and Next may be called again.
// Its options are [Errors] and [Scopes].
//
// The body of a streamed answer does not exist yet when Next returns: [Call.Answer] has none.
// A stage that needs it says so by a method WholeAnswers() of In, which is never called; New
// then refuses it for an operation with a streamed answer.
func Around[In any](fn func(context.Context, *In, *Call) error, opts ...Option) Option {
	return stageOption(fn, fn == nil, opts, func(ctx context.Context, f *graph.Frame, in *In) error {
		running := f.Env.(*call)
		c := &Call{op: running.op, c: running, f: f}
		defer func() { c.c, c.f = nil, nil }() // they will belong to another request
		if err := fn(ctx, in, c); err != nil {
			return err
		}
		return running.checkAnswer()
	})
}

// wholeAnswers is implemented by parameter structs of stages that need bodies.
var wholeAnswers = reflect.TypeFor[interface{ WholeAnswers() }]()

// checkAnswer returns what is wrong with the answer of a stage that returned no error.
func (c *call) checkAnswer() error {
	switch r := c.reply; {
	case !c.answered:
		return errors.New("a stage returned no error, but neither did Next, nor was there a Reply")
	case r == nil:
		return nil
	case r.Status < 200 || r.Status > 599:
		return fmt.Errorf("a stage replied with the status %d: want one from 200 to 599", r.Status)
	case len(r.Body) > 0 && !hasContent(r.Status):
		return fmt.Errorf("a stage replied with a body, which the status %d does not have", r.Status)
	case len(r.Body) > 0 && r.contentType() == "":
		return errors.New("a stage replied with a body, but without the header Content-Type")
	}
	return nil
}

// A stageSpec is the option that [Guard] and [Around] return.
type stageSpec struct {
	name string
	bad  bool // the function is nil
	opts []Option
	make func(name, site string) *graph.Stage
}

func stageOption[In any](fn any, bad bool, opts []Option, run func(context.Context, *graph.Frame, *In) error) Option {
	s := &stageSpec{bad: bad, opts: slices.Clone(opts)}
	if !bad {
		s.name = funcName(fn)
	}
	s.make = func(name, site string) *graph.Stage { return graph.StageOf(name, site, run) }
	return s
}

// A stage is a stageSpec in one application.
type stage struct {
	*graph.Stage
	facts *settings // what its options say
}

func (spec *stageSpec) apply(s *settings) {
	if spec.bad {
		s.mistake("the function of a stage is nil")
		return
	}
	facts := s.facts("a stage", spec.opts)
	facts.checkSubject(false)
	s.stages = append(s.stages, stage{spec.make(spec.name+" at "+s.site, s.site), facts})
}

// A Call is what an [Around] stage sees of an operation that runs. It is used
// during the call of the stage, by one goroutine at a time. Afterwards it knows the
// operation only.
type Call struct {
	op *operation
	c  *call // nil when the stage has returned, and f too
	f  *graph.Frame
}

var errLate = errors.New("tenon: a Call was used after the stage had returned")

// Operation returns the operation that runs.
func (c *Call) Operation() *Operation { return &c.op.Operation }

// Input returns a pointer to the parameter struct of the handler, which has been
// read and checked. Its dependencies are not there yet, and what is changed in it
// may or may not reach the handler.
func (c *Call) Input() any {
	if c.c == nil {
		return nil
	}
	return c.c.input()
}

// Output returns a pointer to what the handler returned, after [Call.Next] has
// returned nil; before that, and when something replied in its place, it is nil.
func (c *Call) Output() any {
	if c.c == nil {
		return nil
	}
	return c.c.out
}

// Next runs what is behind the stage and returns its outcome: that of the
// handler, or of a stage or scope behind this one.
func (c *Call) Next(ctx context.Context) error {
	if c.c == nil {
		return errLate
	}
	c.c.forgetAnswer()
	if c.c.handled {
		if err := c.c.reread(); err != nil {
			return err
		}
	}
	err := c.f.Next(ctx)
	if err != nil {
		c.c.forgetAnswer()
	}
	return err
}

// An Answer is an answer as it is sent, but for what the server adds.
type Answer struct {
	Status int         // 200 to 599
	Header http.Header // with a Content-Type when there is a body
	Body   []byte
}

// contentType returns the header Content-Type, however its name is written.
func (a *Answer) contentType() string {
	for name, values := range a.Header {
		if len(values) > 0 && http.CanonicalHeaderKey(name) == "Content-Type" {
			return values[0]
		}
	}
	return ""
}

// Answer returns the answer to be sent, which is only valid during the call of the
// stage, or nil when there is none yet.
func (c *Call) Answer() *Answer {
	switch {
	case c.c == nil || !c.c.answered:
		return nil
	case c.c.reply != nil:
		return c.c.reply
	}
	return c.c.encoded()
}

// Failure returns how err, an error of [Call.Next], would be answered, and whether
// the operation declares it.
func (c *Call) Failure(err error) (a *Answer, declared bool) {
	if c.c == nil {
		return nil, false
	}
	p, declared := c.c.op.problemOf(err)
	status, contentType, body := c.c.op.app.errors.Answer(nil, p, c.c.requestID())
	a = &Answer{Status: status, Header: p.Header.Clone(), Body: body}
	if a.Header == nil {
		a.Header = make(http.Header)
	}
	a.Header.Set("Content-Type", contentType)
	return a, declared
}

// Reply answers a, in place of what an earlier Next or Reply answered.
func (c *Call) Reply(a Answer) {
	if c.c == nil {
		return
	}
	c.c.forgetAnswer()
	c.c.reply, c.c.answered = &a, true
}

// SetHeader sets a header of the answer, whichever it will be: that of the handler,
// of another stage or of an error. It is no part of what [Call.Answer] and
// [Call.Failure] return. [DescribeHeader] puts it into the document.
func (c *Call) SetHeader(name, value string) {
	if c.c != nil {
		c.c.x.SetHeader(http.CanonicalHeaderKey(name), value)
	}
}

var errNoFingerprint = errors.New("tenon: a body that is streamed has no fingerprint")

// Fingerprint returns a hash of what the operation was asked for: path and query
// parameters, form and body of the handler's input, as they were read, so that
// white space and the order of members do not count.
func (c *Call) Fingerprint() ([sha256.Size]byte, error) {
	if c.c == nil {
		return [sha256.Size]byte{}, errLate
	}
	in, h := c.c.input(), sha256.New()
	var size [8]byte
	write := func(text []byte) {
		h.Write(binary.BigEndian.AppendUint64(size[:0], uint64(len(text))))
		h.Write(text)
	}
	op := c.op
	for i := range op.input.params {
		p := &op.input.params[i]
		if p.source == "header" || p.source == "cookie" {
			continue
		}
		texts, err := p.texts(in)
		if err != nil {
			return [sha256.Size]byte{}, err
		}
		write([]byte(p.source + p.name))
		write(binary.BigEndian.AppendUint64(nil, uint64(len(texts))))
		for _, text := range texts {
			write([]byte(text))
		}
	}
	for i := range op.input.files {
		f := &op.input.files[i]
		if f.streams() {
			return [sha256.Size]byte{}, errNoFingerprint
		}
		for file, err := range f.all(in) {
			if err != nil {
				return [sha256.Size]byte{}, err
			}
			write([]byte("file" + f.name))
			write([]byte(file.Name))
			write([]byte(file.Type))
			write(binary.BigEndian.AppendUint64(nil, uint64(file.Size)))
			content, err := file.Open()
			if err == nil {
				_, err = io.Copy(h, content)
			}
			if err != nil {
				return [sha256.Size]byte{}, err
			}
		}
	}
	switch b := op.input.body; {
	case b == nil:
	case b.streams():
		return [sha256.Size]byte{}, errNoFingerprint
	default:
		text, err := b.append(nil, in, true)
		if err != nil {
			return [sha256.Size]byte{}, fmt.Errorf("tenon: encode the body: %w", err)
		}
		write(text)
	}
	return [sha256.Size]byte(h.Sum(nil)), nil
}
