package tenon

import (
	"context"
	"net/http"
	"reflect"
	"slices"

	"github.com/tenonapi/tenon/internal/graph"
)

// A Handler does the work of an operation: it gets an input that fits its type
// and answers a value or an error. in is the handler's own.
type Handler[In, Out any] = func(ctx context.Context, in *In) (Out, error)

// An Endpoint is a registered operation together with its types: the handle for
// links and for typed calls. It works once [New] has returned.
type Endpoint[In, Out any] struct{ op *operation }

// Operation returns what is known of the operation besides its types.
func (e *Endpoint[In, Out]) Operation() *Operation { return &e.op.Operation }

// An Operation is one method on one path. It is read-only.
type Operation struct {
	ID      string // operationId in the document of its version
	Method  string
	Path    string   // template, such as /v1/orders/{order_id}
	Scopes  []string // that its caller must have, sorted
	Version string   // of the API, empty for none

	Deprecated *Deprecated // nil unless it is
}

// Get registers h for GET, and for HEAD where nothing else is registered for it.
func Get[In, Out any](r *Router, path string, h Handler[In, Out], opts ...Option) *Endpoint[In, Out] {
	return Handle(r, http.MethodGet, path, h, opts...)
}

// Post registers h for POST.
func Post[In, Out any](r *Router, path string, h Handler[In, Out], opts ...Option) *Endpoint[In, Out] {
	return Handle(r, http.MethodPost, path, h, opts...)
}

// Put registers h for PUT.
func Put[In, Out any](r *Router, path string, h Handler[In, Out], opts ...Option) *Endpoint[In, Out] {
	return Handle(r, http.MethodPut, path, h, opts...)
}

// Patch registers h for PATCH.
func Patch[In, Out any](r *Router, path string, h Handler[In, Out], opts ...Option) *Endpoint[In, Out] {
	return Handle(r, http.MethodPatch, path, h, opts...)
}

// Delete registers h for DELETE.
func Delete[In, Out any](r *Router, path string, h Handler[In, Out], opts ...Option) *Endpoint[In, Out] {
	return Handle(r, http.MethodDelete, path, h, opts...)
}

// A frame is the input and the output of one call, in one allocation.
type frame[In, Out any] struct {
	in  In
	out Out
}

// Handle registers h for a method and a path below the prefix of r, in which a
// parameter is a whole segment in braces. Mistakes in the types, the path and
// the options are reported by [New].
func Handle[In, Out any](r *Router, method, path string, h Handler[In, Out], opts ...Option) *Endpoint[In, Out] {
	site := caller()
	op := &operation{
		Operation: Operation{Method: method, Path: r.path(method+" "+r.prefix+path, site, path)},
		router:    r, opts: placed{site, slices.Clone(opts)}, site: site,
		in: reflect.TypeFor[In](), out: reflect.TypeFor[Out](),
	}
	handle := func(ctx context.Context, c *call, f *frame[In, Out]) (err error) {
		if f.out, err = h(ctx, &f.in); err != nil {
			return err
		}
		return c.encode(&f.out)
	}
	op.run = func(c *call) { // of op or of one that With has made of it
		f := new(frame[In, Out])
		c.in = &f.in
		ctx, limit := c.context()
		defer limit.Stop()
		if p := c.admit(); p != nil {
			c.reject(p)
			return
		}
		err := handle(ctx, c, f)
		if err == nil {
			err = c.send(ctx)
		}
		c.conclude(ctx, err)
	}
	op.last = graph.StageOf(method+" "+op.Path, site, func(ctx context.Context, gf *graph.Frame, in *In) error {
		c := gf.Env.(*call)
		c.handled = true
		return handle(ctx, c, &frame[In, Out]{in: *in})
	})
	switch {
	case r.callback != nil && h != nil:
		r.app.mistake(op.site, "%s %s: a callback is sent, not served: its handler is nil", method, op.Path)
	case r.callback == nil && h == nil:
		r.app.mistake(op.site, "%s %s: the handler is nil", method, op.Path)
	}
	if r.callback != nil {
		r.app.callbacks = append(r.app.callbacks, op)
	} else {
		r.app.operations = append(r.app.operations, op)
	}
	return &Endpoint[In, Out]{op: op}
}
