package main

import (
	"context"
	"io"
	"net/http"
	"net/netip"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/transport"
)

// quiet is an exchange of a GET that keeps nothing of its answer, so that what is
// measured is the operation.
type quiet struct {
	path   string
	params transport.Params
	status int
}

func (x *quiet) Context() context.Context                  { return context.Background() }
func (x *quiet) Method() string                            { return http.MethodGet }
func (x *quiet) Path() string                              { return x.path }
func (x *quiet) Query() string                             { return "" }
func (x *quiet) Host() string                              { return "bench.test" }
func (x *quiet) Secure() bool                              { return false }
func (x *quiet) ContentLength() int64                      { return 0 }
func (x *quiet) Request() *http.Request                    { return nil }
func (x *quiet) RemoteAddr() netip.AddrPort                { return netip.AddrPort{} }
func (x *quiet) Params() *transport.Params                 { return &x.params }
func (x *quiet) Header(string) string                      { return "" }
func (x *quiet) HeaderValues(string, func(string) bool)    {}
func (x *quiet) Body(int64) ([]byte, error)                { return nil, nil }
func (x *quiet) BodyReader(int64) io.Reader                { return http.NoBody }
func (x *quiet) SetHeader(_, _ string)                     {}
func (x *quiet) AddHeader(_, _ string)                     {}
func (x *quiet) Send(status int, _ string, _ []byte)       { x.status = status }
func (x *quiet) Stream(int, string) transport.StreamWriter { return nil }
func (x *quiet) Sent() int                                 { return x.status }

// A link is made from the one before it.
type (
	link1 struct{ n int }
	link2 struct{ n int }
	link3 struct{ n int }
	link4 struct{ n int }
	link5 struct{ n int }

	needs0 struct{}
	needs1 struct{ L link1 }
	needs2 struct{ L link2 }
	needs3 struct{ L link3 }
	needs4 struct{ L link4 }
)

//go:noinline
func make1(context.Context, *needs0) (link1, error) { return link1{1}, nil }

//go:noinline
func make2(_ context.Context, in *needs1) (link2, error) { return link2{in.L.n + 1}, nil }

//go:noinline
func make3(_ context.Context, in *needs2) (link3, error) { return link3{in.L.n + 1}, nil }

//go:noinline
func make4(_ context.Context, in *needs3) (link4, error) { return link4{in.L.n + 1}, nil }

//go:noinline
func make5(_ context.Context, in *needs4) (link5, error) { return link5{in.L.n + 1}, nil }

func byHand(ctx context.Context) (link5, error) {
	l1, err := make1(ctx, &needs0{})
	if err != nil {
		return link5{}, err
	}
	l2, err := make2(ctx, &needs1{l1})
	if err != nil {
		return link5{}, err
	}
	l3, err := make3(ctx, &needs2{l2})
	if err != nil {
		return link5{}, err
	}
	l4, err := make4(ctx, &needs3{l3})
	if err != nil {
		return link5{}, err
	}
	return make5(ctx, &needs4{l4})
}

// BenchmarkInject measures five chained providers, each run once per request,
// beside calling them by hand and beside an operation that needs nothing. The
// difference to the last is their cost.
func BenchmarkInject(b *testing.B) {
	app, err := tenon.New(tenon.Config{Title: "inject", Version: "1"}, func(r *tenon.Router) {
		r.Use(tenon.Provide(make1), tenon.Provide(make2), tenon.Provide(make3), tenon.Provide(make4), tenon.Provide(make5))
		tenon.Get(r, "/none", func(context.Context, *needs5plain) (tenon.NoContent, error) { return tenon.NoContent{}, nil })
		tenon.Get(r, "/hand", func(ctx context.Context, in *needs5plain) (tenon.NoContent, error) {
			l, err := byHand(ctx)
			in.Limit = l.n
			return tenon.NoContent{}, err
		})
		tenon.Get(r, "/providers", func(_ context.Context, in *struct {
			needs5plain
			L link5
		}) (tenon.NoContent, error) {
			in.Limit = in.L.n
			return tenon.NoContent{}, nil
		})
	})
	if err != nil {
		b.Fatal(err)
	}
	for _, path := range []string{"/none", "/hand", "/providers"} {
		b.Run(path[1:], func(b *testing.B) {
			x := &quiet{path: path}
			b.ReportAllocs()
			for b.Loop() {
				app.ServeExchange(x)
			}
			if x.status != http.StatusNoContent {
				b.Fatalf("status %d", x.status)
			}
		})
	}
}

type needs5plain struct {
	Limit int `query:"limit" default:"1"`
}
