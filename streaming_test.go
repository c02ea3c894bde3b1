package tenon_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/middleware"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/stream"
	"github.com/tenonapi/tenon/tenontest"
)

// linesOf answers what f yields.
func linesOf(f func(ctx context.Context, yield func(item, error) bool), opts ...tenon.Option) func(*tenon.Router) {
	return func(r *tenon.Router) {
		r.Use(tenon.MapError(errGone, 410, "gone", "Gone"))
		tenon.Get(r, "/a", func(ctx context.Context, _ *none) (tenon.Lines[item], error) {
			return func(yield func(item, error) bool) { f(ctx, yield) }, nil
		}, append(opts, tenon.Errors(errGone))...)
	}
}

// yields yields items and then an error, if it is not nil.
func yields(err error, items ...item) func(context.Context, func(item, error) bool) {
	return func(_ context.Context, yield func(item, error) bool) {
		for _, v := range items {
			if !yield(v, nil) {
				return
			}
		}
		if err != nil {
			yield(item{}, err)
		}
	}
}

func TestLinesAreAnswered(t *testing.T) {
	app := newApp(t, nil, linesOf(yields(nil, item{"pin", 1}, item{"nut", 2})))
	c := tenontest.New(t, app)
	r := c.Do("GET", "/a", "")
	assert.Equal(t, string(r.Body), "{\"name\":\"pin\",\"count\":1}\n{\"name\":\"nut\",\"count\":2}\n")
	assert.Equal(t, r.Header, http.Header{"Content-Type": {"application/jsonl"}})
	r = c.Do("HEAD", "/a", "")
	assert.Equal(t, string(r.Body), "")
	assert.Equal(t, r.Header, http.Header{"Content-Type": {"application/jsonl"}})
	media := app.Document().Paths["/a"].Get.Responses["200"].Content["application/jsonl"]
	assert.Equal(t, media.ItemSchema.Ref, "#/components/schemas/Item")
	for _, routes := range []func(*tenon.Router){linesOf(yields(nil)), answering[tenon.Lines[item]]("/a", nil)} {
		r = newClient(t, routes).Do("GET", "/a", "")
		assert.Equal(t, r.Status, 200)
		assert.Equal(t, string(r.Body), "")
	}
}

func TestEachLineIsSentWhenItIsThere(t *testing.T) {
	gzip, err := middleware.Compression(middleware.CompressionConfig{})
	assert.NoError(t, err)
	for name, opts := range map[string][]tenon.Option{"plain": nil, "compressed": {tenon.Middleware(gzip)}} {
		t.Run(name, func(t *testing.T) {
			read := make(chan bool)
			srv := newServer(t, nil, linesOf(func(_ context.Context, yield func(item, error) bool) {
				for yield(item{"pin", 1}, nil) && <-read {
				}
			}, opts...))
			resp, err := http.Get(srv.URL + "/a")
			assert.NoError(t, err)
			defer resp.Body.Close()
			body := bufio.NewReader(resp.Body)
			for i := range 3 {
				line, err := body.ReadString('\n')
				assert.NoError(t, err)
				assert.Equal(t, line, "{\"name\":\"pin\",\"count\":1}\n")
				read <- i < 2
			}
			_, err = body.ReadByte()
			assert.ErrorIs(t, err, io.EOF)
		})
	}
}

// aRead is a scope that a streamed answer reads from.
type aRead struct{}

// scoped notes with what outcome its scope closes.
func scoped(outcome *error, opts ...tenon.Option) tenon.Option {
	return tenon.Options(
		tenon.Scoped(func(context.Context, *none) (*aRead, tenon.Close, error) {
			return new(aRead), func(_ context.Context, err error) error {
				*outcome = err
				return err
			}, nil
		}, opts...),
		tenon.Guard(func(context.Context, *struct{ _ *aRead }) error { return nil }),
	)
}

func TestAnErrorBeforeTheFirstLineIsAnswered(t *testing.T) {
	tests := []struct {
		name   string
		f      func(context.Context, func(item, error) bool)
		status int
		code   string
	}{
		{"declared", yields(fmt.Errorf("read: %w", errGone)), 410, "gone"},
		{"undeclared", yields(errors.New("secret")), 500, "internal_error"},
		{"an item that does not encode", yields(nil, item{Name: "\xff"}), 500, "internal_error"},
		{"panic", func(context.Context, func(item, error) bool) { panic("boom") }, 500, "internal_error"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, graph := range []bool{false, true} {
				var outcome error
				var opts []tenon.Option
				if graph {
					opts = append(opts, scoped(&outcome, tenon.AfterAnswer()))
				}
				c := newClient(t, linesOf(tt.f, opts...))
				c.ServerErrors = true
				wantProblem(t, c, c.Do("GET", "/a", ""), tt.status, tt.code)
				assert.Equal(t, outcome != nil, graph, "the scope is rolled back")
			}
		})
	}
}

func TestB7AnErrorAfterTheFirstLineCutsTheAnswer(t *testing.T) {
	first := item{"pin", 1}
	tests := []struct {
		name string
		f    func(context.Context, func(item, error) bool)
		want string // in the log, empty for nothing
	}{
		{"declared", yields(errGone, first), "gone"},
		{"undeclared", yields(errors.New("cause 17"), first), "cause 17"},
		{"an item that does not encode", yields(nil, first, item{Name: "\xff"}), "not valid UTF-8"},
		{"panic", func(_ context.Context, yield func(item, error) bool) {
			yield(first, nil)
			panic("boom")
		}, "boom"},
		{"abort", func(_ context.Context, yield func(item, error) bool) {
			yield(first, nil)
			panic(http.ErrAbortHandler)
		}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			log, outcome := new(logs), error(nil)
			app := newApp(t, log, linesOf(tt.f, scoped(&outcome, tenon.AfterAnswer())))
			srv := httptest.NewServer(app)
			defer srv.Close()
			resp, err := http.Get(srv.URL + "/a")
			assert.NoError(t, err)
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
			assert.Equal(t, string(body), "{\"name\":\"pin\",\"count\":1}\n")
			srv.Close() // the scope is closed when the handler has returned
			assert.Equal(t, outcome != nil, true, "the scope is rolled back")
			logged := log.lines(t)
			assert.Equal(t, len(logged) == 1, tt.want != "")
			if tt.want != "" {
				assert.Contains(t, fmt.Sprint(logged[0]["error"]), tt.want)
			}

			c := tenontest.New(t, app)
			c.ServerErrors = true
			r := c.Do("GET", "/a", "")
			assert.Equal(t, r.Cut, true)
		})
	}
}

func TestAClientThatLeavesEndsTheStream(t *testing.T) {
	for _, waits := range []bool{true, false} {
		outcomes, log := make(chan error, 1), new(logs)
		srv := newServer(t, log, linesOf(func(ctx context.Context, yield func(item, error) bool) {
			for yield(item{"pin", 1}, nil) {
				if waits {
					<-ctx.Done()
				}
			}
			outcomes <- ctx.Err()
		}))
		ctx, leave := context.WithCancel(t.Context())
		r, err := http.NewRequestWithContext(ctx, "GET", srv.URL+"/a", nil)
		assert.NoError(t, err)
		resp, err := http.DefaultClient.Do(r)
		assert.NoError(t, err)
		_, err = bufio.NewReader(resp.Body).ReadString('\n')
		assert.NoError(t, err)
		leave()
		outcome := <-outcomes
		if waits {
			assert.ErrorIs(t, outcome, context.Canceled)
		}
		_ = resp.Body.Close()
	}
}

// timed serves f in a bubble, with timeouts of two seconds, and calls test with a connection
// on which GET /a was sent.
func timed(t *testing.T, f func(ctx context.Context, yield func(item, error) bool), test func(c net.Conn)) {
	l := newPipes()
	srv := &http.Server{Handler: newApp(t, nil, linesOf(f)), ReadTimeout: 2 * time.Second, WriteTimeout: 2 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(l) }()
	c, err := l.dial()
	assert.NoError(t, err)
	_, err = io.WriteString(c, "GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
	assert.NoError(t, err)
	test(c)
	_ = c.Close()
	_ = srv.Close()
	assert.ErrorIs(t, <-ended, http.ErrServerClosed)
}

func TestTimeoutsOfTheServerDoNotCutAStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		timed(t, func(ctx context.Context, yield func(item, error) bool) {
			for range 5 {
				select {
				case <-time.After(time.Hour):
				case <-ctx.Done():
					return
				}
				yield(item{"pin", 1}, nil)
			}
		}, func(c net.Conn) {
			resp, err := http.ReadResponse(bufio.NewReader(c), nil)
			assert.NoError(t, err)
			body, err := io.ReadAll(resp.Body)
			assert.NoError(t, err)
			assert.Equal(t, strings.Count(string(body), "\n"), 5)
		})
	})
}

func TestAClientThatTakesNothingIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		waited := make(chan time.Duration, 1)
		timed(t, func(_ context.Context, yield func(item, error) bool) {
			started := time.Now()
			for yield(item{"pin", 1}, nil) {
			}
			waited <- time.Since(started)
		}, func(net.Conn) { assert.Equal(t, <-waited, 2*time.Second) })
	})
}

func TestTheHeadDoesNotWaitForTheFirstLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		started := time.Now()
		timed(t, func(ctx context.Context, _ func(item, error) bool) { <-ctx.Done() }, func(c net.Conn) {
			_, err := bufio.NewReader(c).ReadString('\n')
			assert.NoError(t, err)
			assert.Equal(t, time.Since(started), time.Second)
		})
	})
}

func TestATimeoutOfTheOperationCutsItsStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, linesOf(func(ctx context.Context, yield func(item, error) bool) {
			for yield(item{"pin", 1}, nil) {
				select {
				case <-ctx.Done():
				case <-time.After(time.Second):
				}
			}
		}, tenon.Limits{Timeout: 2500 * time.Millisecond}))
		c.ServerErrors = true
		r := c.Do("GET", "/a", "")
		assert.Equal(t, r.Cut, true)
		assert.Equal(t, strings.Count(string(r.Body), "\n"), 3)
	})
}

// wanting is the input of a stage that needs the body of the answer.
type wanting struct{}

func (wanting) WholeAnswers() {}

func TestStagesAndScopesThatDoNotFitAStreamAreMistakes(t *testing.T) {
	var outcome error
	around := func(context.Context, *wanting, *tenon.Call) error { return nil }
	got := mistakes(t, linesOf(yields(nil), scoped(&outcome)))
	assert.Contains(t, strings.Join(got, "\n"), "is closed before the answer, which is streamed, is read from it: give it the option AfterAnswer")
	got = mistakes(t, linesOf(yields(nil), tenon.Around(around)))
	assert.Contains(t, strings.Join(got, "\n"), "needs whole answers, but this one is streamed")
	assert.Equal(t, mistakes(t, answering("/a", item{}, tenon.Around(around))), nil)
	got = mistakes(t, answering[tenon.Lines[chan int]]("/a", nil))
	assert.Contains(t, strings.Join(got, "\n"), "type chan int has no JSON form here")
	got = mistakes(t, answering("/a", struct {
		A *tenon.Lines[item] `status:"200"`
		B *item              `status:"201"`
	}{}))
	assert.Contains(t, strings.Join(got, "\n"), "a streamed body is the only one")
}

func TestAStageSeesAStreamWithoutItsBody(t *testing.T) {
	var seen *tenon.Answer
	c := newClient(t, linesOf(yields(nil, item{"pin", 1}), tenon.Around(func(ctx context.Context, _ *none, c *tenon.Call) error {
		err := c.Next(ctx)
		seen = c.Answer()
		return err
	})))
	assert.Equal(t, len(c.Do("GET", "/a", "").Body) > 0, true)
	assert.Equal(t, seen.Header.Get("Content-Type"), "application/jsonl")
	assert.Equal(t, len(seen.Body), 0)
}

// closable notes that it was closed.
type closable struct {
	io.Reader
	closed *int
}

func (c closable) Close() error { *c.closed++; return nil }

func TestReadersAreSentAndClosed(t *testing.T) {
	type export struct {
		Name http.Cookie `cookie:"name"`
		Body io.Reader   `content:"text/csv"`
	}
	long := strings.Repeat("a,b\r\n", 50_000)
	tests := []struct {
		name, method, cookie string
		body                 io.Reader
		want                 string
		status               int // 0 for an answer that is cut
	}{
		{"whole", "GET", "", strings.NewReader(long), long, 200},
		{"data with the end", "GET", "", iotest.DataErrReader(strings.NewReader(long)), long, 200},
		{"nothing", "GET", "", strings.NewReader(""), "", 200},
		{"head", "HEAD", "", strings.NewReader(long), "", 200},
		{"an error first", "GET", "", iotest.ErrReader(errors.New("disk")), "", 500},
		{"an error later", "GET", "", io.MultiReader(strings.NewReader("a,b"), iotest.ErrReader(errors.New("disk"))), "a,b", 0},
		{"an answer that does not encode", "GET", ";", strings.NewReader(long), "", 500},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			closed := 0
			c := newClient(t, answering("/a", export{Name: http.Cookie{Value: tt.cookie}, Body: closable{tt.body, &closed}}))
			c.ServerErrors = tt.status != 200
			r := c.Do(tt.method, "/a", "")
			assert.Equal(t, r.Cut, tt.status == 0)
			assert.Equal(t, closed > 0, true)
			if tt.status == 500 {
				wantProblem(t, c, r, 500, "internal_error")
				return
			}
			assert.Equal(t, string(r.Body) == tt.want, true)
			assert.Equal(t, r.Header.Get("Content-Type"), "text/csv; charset=utf-8")
		})
	}
	assert.Equal(t, newClient(t, answering("/a", export{})).Do("GET", "/a", "").Status, 200)
	got := mistakes(t, answering("/a", struct {
		_    struct{} `status:"200"`
		Body io.Reader
	}{}))
	assert.Contains(t, strings.Join(got, "\n"), "io.Reader has one media type")
}

// refusing is a stream that cannot be.
type refusing struct{}

func (refusing) Stream(*schema.Set) (*stream.Plan, error) { return nil, errors.New("not today") }

func TestATypeThatCannotBeStreamedIsAMistake(t *testing.T) {
	assert.Contains(t, strings.Join(mistakes(t, answering("/a", refusing{})), "\n"), "not today")
}
