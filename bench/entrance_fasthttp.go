package main

import (
	"net/http"
	"strings"

	"github.com/valyala/fasthttp"
)

// overFastHTTP opens a contender that is a [fasthttp.RequestHandler].
func overFastHTTP(open func() (fasthttp.RequestHandler, error)) func() (entrance, error) {
	return func() (entrance, error) {
		handler, err := open()
		return fastEntrance{handler}, err
	}
}

type fastEntrance struct{ handler fasthttp.RequestHandler }

func (e fastEntrance) ask(r request) answer {
	var ctx fasthttp.RequestCtx
	ctx.Init(newFastRequest(r), nil, nil)
	e.handler(&ctx)
	header := make(http.Header)
	for name, value := range ctx.Response.Header.All() {
		header.Add(string(name), string(value))
	}
	return answer{status: ctx.Response.StatusCode(), header: header, body: string(ctx.Response.Body())}
}

// repeat leaves out what httpEntrance leaves out, reading the request line and
// the headers, and like it has the query parsed by each request. The body is
// copied each time: fasthttp's server reads it before it calls the handler.
func (e fastEntrance) repeat(r request) func() (status, size int) {
	ctx := new(fasthttp.RequestCtx)
	ctx.Init(newFastRequest(r), nil, nil)
	_, query, _ := strings.Cut(r.target, "?")
	return func() (status, size int) {
		ctx.Request.SetBodyString(r.body)
		ctx.Request.URI().SetQueryString(query) // forgets what was parsed
		ctx.ResetUserValues()
		ctx.Response.Reset()
		e.handler(ctx)
		return ctx.Response.StatusCode(), len(ctx.Response.Body())
	}
}

func newFastRequest(r request) *fasthttp.Request {
	built := new(fasthttp.Request)
	built.Header.SetMethod(r.method)
	built.SetRequestURI(r.target)
	built.Header.SetHost("example.com")
	if r.media != "" {
		built.Header.SetContentType(r.media)
	}
	built.Header.SetContentLength(len(r.body))
	built.SetBodyString(r.body)
	return built
}
