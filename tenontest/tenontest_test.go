package tenontest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/tenontest"
)

type order struct {
	ID     string `json:"id"`
	Amount int    `json:"amount" check:"ge=0"`
}

type orderID struct {
	ID string `path:"id"`
}

var (
	errUnknown = errors.New("unknown order")
	errBusy    = errors.New("busy")
	errDriver  = errors.New("driver: disk is full")
)

// api keeps the endpoints that tests call.
type api struct {
	get    *tenon.Endpoint[orderID, order]
	create *tenon.Endpoint[struct{ Body order }, tenon.Created[order]]
	wrong  *tenon.Endpoint[struct{}, order]
	plain  *tenon.Endpoint[struct{}, order]
	echo   *tenon.Endpoint[struct{}, tenon.Reply[map[string]string]]
}

func (a *api) routes(r *tenon.Router) {
	r.Use(tenon.MapError(errUnknown, 404, "order_unknown", "Order is unknown"), tenon.MapError(errBusy, 503, "busy", "Busy"))
	a.get = tenon.Get(r, "/orders/{id}", func(_ context.Context, in *orderID) (order, error) {
		switch in.ID {
		case "unknown":
			return order{}, errUnknown
		case "busy":
			return order{}, errBusy
		case "broken":
			return order{}, errDriver
		case "panic":
			panic("boom")
		}
		return order{ID: in.ID}, nil
	}, tenon.Errors(errUnknown, errBusy))
	a.create = tenon.Post(r, "/orders", func(_ context.Context, in *struct{ Body order }) (tenon.Created[order], error) {
		return tenon.Created[order]{Location: "/orders/" + in.Body.ID, Body: in.Body}, nil
	})
	a.wrong = tenon.Get(r, "/wrong", func(context.Context, *struct{}) (order, error) { return order{Amount: -1}, nil },
		tenon.Doc{Hidden: true})
	a.plain = tenon.Get(r, "/plain", func(context.Context, *struct{}) (order, error) { return order{}, nil },
		tenon.Middleware(func(http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "plain text", http.StatusBadGateway) })
		}))
	a.echo = tenon.Get(r, "/echo", func(context.Context, *struct{}) (tenon.Reply[map[string]string], error) {
		return tenon.Reply[map[string]string]{}, nil
	}, tenon.Doc{Hidden: true}, tenon.Middleware(func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			_, _ = fmt.Fprintf(w, `{"uri":%q,"host":%q,"peer":%q,"auth":%q,"body":%q,"context":%q}`,
				r.RequestURI, r.Host, r.RemoteAddr, r.Header.Get("Authorization"), body, fmt.Sprint(r.Context().Err(), err))
		})
	}))
}

// A spy is a test that notes its failures.
type spy struct {
	testing.TB
	failures []string
}

func (s *spy) Helper() {}
func (s *spy) Errorf(format string, args ...any) {
	s.failures = append(s.failures, fmt.Sprintf(format, args...))
}

type stopped struct{}

func (s *spy) Fatalf(format string, args ...any) {
	s.Errorf(format, args...)
	panic(stopped{})
}

// watch returns the failures of a test that uses a client.
func watch(t *testing.T, test func(c *tenontest.Client, a *api)) []string {
	t.Helper()
	s, a := &spy{TB: t}, new(api)
	app, err := tenon.New(tenon.Config{Title: "T", Version: "1"}, a.routes)
	assert.NoError(t, err)
	func() {
		defer func() {
			if v := recover(); v != nil && v != any(stopped{}) {
				panic(v)
			}
		}()
		test(tenontest.New(s, app), a)
	}()
	return s.failures
}

func TestCall(t *testing.T) {
	failures := watch(t, func(c *tenontest.Client, a *api) {
		r, err := tenontest.Call(c, a.create, &struct{ Body order }{order{"a/1", 5}})
		assert.NoError(t, err)
		assert.Equal(t, r.Status, http.StatusCreated)
		assert.Equal(t, r.Out, tenon.Created[order]{Location: "/orders/a/1", Body: order{"a/1", 5}})
		assert.Equal(t, r.Header.Get("Location"), "/orders/a/1")
		assert.Equal(t, string(r.Body), `{"id":"a/1","amount":5}`)

		for id, code := range map[string]string{"unknown": "order_unknown", "busy": "busy"} {
			r, err := tenontest.Call(c, a.get, &orderID{id})
			p, ok := errors.AsType[*problem.Error](err)
			assert.Equal(t, ok, true)
			assert.Equal(t, p.Code, code)
			assert.Equal(t, r.Status, p.Status)
			assert.Equal(t, r.Out, order{})
		}
	})
	assert.Equal(t, failures, nil, "declared errors fail no test")
}

func TestUndeclaredErrorsFailTheTestAndShowTheirCause(t *testing.T) {
	failures := watch(t, func(c *tenontest.Client, a *api) {
		_, err := tenontest.Call(c, a.get, &orderID{"broken"})
		assert.Equal(t, err.Error(), "internal_error: Internal server error")
	})
	assert.Equal(t, failures, []string{"tenontest: GET /orders/broken answered an undeclared error: driver: disk is full"})
	failures = watch(t, func(c *tenontest.Client, _ *api) { c.Do("GET", "/orders/panic", "") })
	assert.Equal(t, len(failures), 1)
	assert.Contains(t, failures[0], "GET /orders/panic answered an undeclared error: panic: boom\ngoroutine ")
	failures = watch(t, func(c *tenontest.Client, a *api) {
		c.ServerErrors = true
		_, err := tenontest.Call(c, a.get, &orderID{"broken"})
		assert.Equal(t, err != nil, true)
	})
	assert.Equal(t, failures, nil)
}

func TestFailuresOfTheTestItself(t *testing.T) {
	tests := []struct {
		name string
		test func(c *tenontest.Client, a *api)
		want string
	}{
		{"input without a form", func(c *tenontest.Client, a *api) { _, _ = tenontest.Call(c, a.get, &orderID{}) },
			`tenontest: tenon: the path parameter id is "", which no path can hold`},
		{"answer that breaks its rules", func(c *tenontest.Client, a *api) { _, _ = tenontest.Call(c, a.wrong, &struct{}{}) },
			"tenontest: GET /wrong: the answer does not fit its type: amount: Input should be greater than or equal to 0\n{\"id\":\"\",\"amount\":-1}"},
		{"error that is no problem", func(c *tenontest.Client, a *api) { _, _ = tenontest.Call(c, a.plain, &struct{}{}) },
			`tenontest: GET /plain answered 502 with "plain text\n", which is no problem document: `},
		{"header without a colon", func(c *tenontest.Client, _ *api) { c.Do("GET", "/", "", "X-A 1") },
			`tenontest: header "X-A 1": want Name: value`},
		{"problem of another type", func(c *tenontest.Client, _ *api) { _ = c.Problem(c.Do("GET", "/plain", "")) },
			"tenontest: status 502 has the content type \"text/plain; charset=utf-8\", want application/problem+json\nplain text\n"},
		{"problem that is none", func(c *tenontest.Client, _ *api) {
			_ = c.Problem(&tenontest.Response{Header: http.Header{"Content-Type": {problem.ContentType}}, Body: []byte("x")})
		}, "tenontest: problem: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			failures := watch(t, tt.test)
			assert.Equal(t, len(failures), 1, failures)
			assert.Contains(t, failures[0], tt.want)
		})
	}
}

func TestDoSendsARequestAsItStands(t *testing.T) {
	watchFine(t, func(c *tenontest.Client, _ *api) {
		c.Header.Set("Authorization", "Bearer of-client")
		assert.Equal(t, c.Do("POST", "/orders", `{"id":"1","amount":1}`).Status, 201)
		assert.Equal(t, c.Do("POST", "/orders", `{"id":"1","amount":1}`, "Content-Type: text/plain").Status, 415)
		assert.Equal(t, c.Do("POST", "/orders", `{"id":"1","amount":1}`, "Content-Type:").Status, 415)
		assert.Equal(t, string(c.Do("GET", "/echo?a=%zz", "text").Body),
			`{"uri":"/echo?a=%zz","host":"example.com","peer":"192.0.2.1:1234","auth":"Bearer of-client","body":"text","context":"<nil> <nil>"}`)
		assert.Contains(t, string(c.Do("GET", "/echo", "", "authorization: own ").Body), `"auth":"own"`)
	})
}

// watchFine is watch for a test that must not fail.
func watchFine(t *testing.T, test func(c *tenontest.Client, a *api)) {
	t.Helper()
	assert.Equal(t, watch(t, test), nil)
}

func TestSendMakesAClientsRequestAServers(t *testing.T) {
	watchFine(t, func(c *tenontest.Client, a *api) {
		c.Header["x-lower"] = []string{"1"}
		r, err := a.echo.Request(t.Context(), "http://shop.example", &struct{}{})
		assert.NoError(t, err)
		want := `{"uri":"/echo","host":"shop.example","peer":"192.0.2.1:1234","auth":"","body":"","context":"<nil> <nil>"}`
		for range 2 {
			assert.Equal(t, string(c.Send(r).Body), want)
		}
		assert.Equal(t, r.RequestURI, "", "the request is left as it is")
		assert.Equal(t, len(r.Header), 0)
		r.Header = nil
		assert.Equal(t, string(c.Send(r).Body), want)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		assert.Contains(t, string(c.Send(r.WithContext(ctx)).Body), `"context":"context canceled`)
	})
}

func TestClientServesTheCleanUpOfATest(t *testing.T) {
	a := new(api)
	app, err := tenon.New(tenon.Config{Title: "T", Version: "1"}, a.routes)
	assert.NoError(t, err)
	var got string
	t.Run("inner", func(t *testing.T) {
		c := tenontest.New(t, app)
		t.Cleanup(func() { got = string(c.Do("GET", "/echo", "").Body) })
	})
	assert.Equal(t, strings.Contains(got, "canceled"), false, got)
}

func TestNewWithoutAnApplicationSaysWhy(t *testing.T) {
	s := &spy{TB: t}
	defer func() {
		assert.Equal(t, recover(), any(stopped{}))
		assert.Equal(t, s.failures, []string{"tenontest: the application is nil: what is the error of tenon.New?"})
	}()
	tenontest.New(s, nil)
}
