package tenon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"sync"

	"github.com/tenonapi/tenon/internal/graph"
	"github.com/tenonapi/tenon/internal/observe"
	"github.com/tenonapi/tenon/internal/route"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/transport"
)

// operation is an operation as it was registered and, after compile, all that
// is needed to run it. It knows no transport.
type operation struct {
	Operation
	router  *Router
	opts    placed
	site    string // file and line of the registration
	in, out reflect.Type
	run     func(*call)  // decodes, calls the handler, answers; for one that needs no graph
	last    *graph.Stage // calls the handler and encodes its answer

	app        *App // nil until New has returned
	path       *route.Template
	input      *input      // of the handler
	inputs     []*input    // of all functions that run, by the number of their parameter struct
	first      reading     // what is read before security providers run
	rest       reading     // and what after
	again      reading     // for the handler when it runs once more
	plan       *graph.Plan // nil when nothing but the handler runs
	providers  []*provider // in the order in which they run
	stages     []stage     // outermost first
	security   []openapi.SecurityRequirement
	output     *output
	documented []*problem.Error // errors that the document lists
	described  []description
	headers    []header      // that stages and middleware set
	errors     []declaration // that the operation may answer, innermost first
	scope      []mapping     // all that are known where it is registered
	doc        Doc
	tags       []string
	limits     Limits
	gate       gate
	examples   []*namedExample
	shown      []*shownExample // these as the document shows them
	callbacks  []*operation    // that are sent because of it
	expression string          // of a callback: where it goes
	links      []*operationLink
	leads      []*operationLink // these, compiled
	handler    http.Handler     // with the middleware of its routers, nil without
	retires    *retirement      // nil unless it is deprecated
}

// A call is one run of an operation.
type call struct {
	op    *operation
	x     transport.Exchange
	frame *graph.Frame // nil without a graph
	in    any          // the input, without a graph
	body  []byte       // of the request
	id    string       // of the request, once it was asked for
	d     schema.Decoder

	entered  bool          // it has a place among those that run at once
	handled  bool          // the handler has run
	answered bool          // there is an answer
	reply    *Answer       // given in place of the encoded one
	out      any           // pointer to the output
	status   int           // of the encoded answer
	form     *content      // what its body is, nil for none
	accepted int           // which of the media types of that
	buf      []byte        // its body
	cookies  []string      // that it sets
	texts    []string      // values of one parameter, or of the headers of the answer
	ends     []int         // where those of each header end
	pairs    []pair        // of the query, of cookies or of a form
	members  []schema.Pair // of one parameter that is an object
	unknown  []named       // that a closed source has
	inPlace  []named       // texts of a form in place of files
	sent     *sentForm
}

var calls = sync.Pool{New: func() any { return new(call) }}

// What is larger is not kept for reuse.
const (
	maxKept      = 64 << 10 // bytes of an answer
	maxKeptItems = 64       // values of a request
)

// serve answers x.
func (op *operation) serve(x transport.Exchange) {
	if op.retires != nil && op.retires.gone(op.app.now()) {
		op.app.answer(x, op.Path, errGone)
		return
	}
	if op.gate.full(op.limits.Concurrent) {
		op.app.answer(x, op.Path, errOverloaded)
		return
	}
	c := calls.Get().(*call)
	c.op, c.x = op, x
	defer func() {
		if c.entered {
			op.gate.leave()
		}
		c.closeForm()
		if v := recover(); v != nil {
			op.app.recovered(x, op.Path, v) // c is lost: who knows what state it is in
			return
		}
		c.free()
	}()
	if op.plan == nil {
		op.run(c)
	} else {
		c.runPlan()
	}
}

// runPlan runs the stages of the operation and answers with their outcome.
func (c *call) runPlan() {
	f := c.op.plan.Frame(c)
	c.frame = f
	ctx, limit := c.context()
	defer limit.Stop() // when scopes that were left open for the answer are closed
	err := c.runFrame(ctx)
	defer func() {
		if late := f.Finish(err); late != err { //nolint:errorlint // whether it is the same
			c.op.app.log.LogAttrs(c.x.Context(), slog.LevelError, "closing a scope failed after the answer",
				slog.String("request_id", c.requestID()), slog.String("route", c.op.Path), slog.Any("error", late))
		}
		f.Free()
	}()
	if err == nil {
		err = c.send(ctx)
	}
	c.conclude(ctx, err)
}

// conclude answers err, if it is one, or cuts the answer that had begun before it.
func (c *call) conclude(ctx context.Context, err error) {
	if err == nil {
		return
	}
	switch e, ok := errors.AsType[*graph.PanicError](err); {
	case ok && e.Value == http.ErrAbortHandler: //nolint:errorlint // as net/http compares it
		panic(http.ErrAbortHandler)
	case c.x.Sent() != 0:
		c.cut(err)
	default:
		c.fail(c.op.overdue(ctx, err))
	}
}

func (c *call) runFrame(ctx context.Context) error {
	if len(c.op.first.params) > 0 {
		if p := c.decode(&c.op.first); p != nil {
			return p
		}
	}
	return c.op.overdue(ctx, c.frame.Run(ctx))
}

// request is the outermost stage: it reads what security providers have not read.
func request(op *operation) *graph.Stage {
	return graph.StageOf(op.Method+" "+op.Path, op.site, func(ctx context.Context, f *graph.Frame, _ *struct{}) error {
		if p := f.Env.(*call).admit(); p != nil {
			return p
		}
		return f.Next(ctx)
	})
}

// admit reads what is left of the request, and takes a place for what runs then. A client that
// is slow to send has none.
func (c *call) admit() *problem.Error {
	if p := c.negotiate(); p != nil {
		return p
	}
	if p := c.decode(&c.op.rest); p != nil {
		return p
	}
	if limit := c.op.limits.Concurrent; limit > 0 {
		if c.entered = c.op.gate.enter(limit); !c.entered {
			return errOverloaded
		}
	}
	return nil
}

// input returns the input of the handler.
func (c *call) input() any { return c.frame.Input(len(c.op.inputs) - 1) }

// reread gives the handler, which has had its input, another one.
func (c *call) reread() error {
	c.op.last.Forget(c.input())
	if p := c.decode(&c.op.again); p != nil {
		return p
	}
	c.handled = false
	return nil
}

// free gives c back for reuse. It keeps nothing of the request.
func (c *call) free() {
	c.op, c.x, c.frame, c.in, c.body, c.id, c.entered, c.handled = nil, nil, nil, nil, nil, "", false, false
	c.forgetAnswer()
	c.d.Reset(nil, 0)
	c.texts, c.pairs, c.members, c.cookies, c.unknown = emptied(c.texts), emptied(c.pairs), emptied(c.members), emptied(c.cookies), nil
	c.inPlace = nil
	if cap(c.buf) > maxKept {
		c.buf = nil
	}
	calls.Put(c)
}

// emptied returns s without elements, also behind its length.
func emptied[T any](s []T) []T {
	if cap(s) > maxKeptItems {
		return nil
	}
	clear(s[:cap(s)])
	return s[:0]
}

// fail answers the error of a stage.
func (c *call) fail(err error) {
	if errors.Is(err, context.Canceled) && c.x.Context().Err() != nil {
		c.reject(errCanceled.With(err))
		return
	}
	p, declared := c.op.problemOf(err)
	if !declared && p.Code != errInternal.Code { // which answer counts and shows
		c.op.app.undeclared.Add(1)
		observe.Cause(c.x.Context(), fmt.Errorf("the operation does not declare the problem %w: say Errors(problem.New(…)) or Describe(%d, …)", p, p.Status))
	}
	c.reject(p)
}

// reject answers an error of the framework.
func (c *call) reject(p *problem.Error) { c.op.app.answerAs(c.x, c.op.Path, c.requestID(), p) }

// requestID returns the same ID for all that is said about the request.
func (c *call) requestID() string {
	if c.id == "" {
		c.id = requestID(c.x)
	}
	return c.id
}
