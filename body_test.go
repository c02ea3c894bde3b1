package tenon_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/middleware"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/tenontest"
)

type (
	readIn struct {
		Body io.Reader
	}
	imageIn struct {
		Body io.Reader `content:"image/*,application/pdf"`
	}
	bytesIn struct {
		Body []byte `content:"application/octet-stream" doc:"As it is"`
	}
	textIn struct {
		Body string `content:"text/plain,text/markdown" check:"minLength=2"`
	}
	anyIn struct {
		Body []byte `content:"*/*"`
	}
	patchIn struct {
		Body item `content:"application/merge-patch+json"`
	}
	linesIn struct {
		Body tenon.Lines[item]
	}
)

func bodies(r *tenon.Router) {
	r.Use(tenon.Limits{BodyBytes: 64})
	read := func(_ context.Context, r io.Reader) (string, error) {
		text, err := io.ReadAll(r)
		if err != nil {
			return "", fmt.Errorf("store it: %w", err)
		}
		return string(text), nil
	}
	tenon.Post(r, "/reader", func(ctx context.Context, in *readIn) (string, error) { return read(ctx, in.Body) })
	tenon.Post(r, "/image", func(ctx context.Context, in *imageIn) (string, error) { return read(ctx, in.Body) })
	tenon.Post(r, "/bytes", func(_ context.Context, in *bytesIn) (string, error) { return fmt.Sprintf("%q", in.Body), nil })
	tenon.Post(r, "/text", func(_ context.Context, in *textIn) (string, error) { return in.Body, nil })
	tenon.Post(r, "/any", func(_ context.Context, in *anyIn) (string, error) { return string(in.Body), nil })
	tenon.Patch(r, "/patch", func(_ context.Context, in *patchIn) (string, error) { return in.Body.Name, nil })
	tenon.Post(r, "/lines", func(_ context.Context, in *linesIn) ([]string, error) {
		got := []string{}
		for v, err := range in.Body {
			if p := (*problem.Error)(nil); errors.As(err, &p) && p.Status == 422 {
				got = append(got, fmt.Sprint(p.Issues[0].Type, p.Issues[0].Loc))
				continue
			}
			if err != nil {
				return nil, err
			}
			got = append(got, v.Name)
		}
		return got, nil
	})
}

func TestBodiesThatAreNoJSON(t *testing.T) {
	c := newClient(t, bodies)
	tests := []struct {
		name, target, contentType, body string
		want                            string
	}{
		{"reader", "/reader", "application/octet-stream", "a\x00b", `200 "a\u0000b"`},
		{"empty reader", "/reader", "", "", `200 ""`},
		{"reader of another type", "/reader", "text/plain", "a", `415 unsupported_media_type Accept-Post: application/octet-stream`},
		{"reader without a type", "/reader", "", "a", `415 unsupported_media_type Accept-Post: application/octet-stream`},
		{"reader at the limit", "/reader", "application/octet-stream", strings.Repeat("a", 64), `200 "` + strings.Repeat("a", 64) + `"`},
		{"reader beyond the limit", "/reader", "application/octet-stream", strings.Repeat("a", 65), `413 body_too_large`},
		{"range", "/image", "Image/PNG; a=b", "a", `200 "a"`},
		{"listed", "/image", "application/pdf", "a", `200 "a"`},
		{"outside of the range", "/image", "imagex/png", "a", `415 unsupported_media_type Accept-Post: image/*, application/pdf`},
		{"bytes", "/bytes", "application/octet-stream", "\xff\x00", `200 "\"\\xff\\x00\""`},
		{"no bytes", "/bytes", "application/octet-stream", "", `422 missing body`},
		{"text", "/text", "text/plain; charset=UTF-8", "ä!", `200 "ä!"`},
		{"the other text", "/text", "text/markdown", "ab", `200 "ab"`},
		{"short text", "/text", "text/plain", "a", `422 string_too_short body`},
		{"text that is none", "/text", "text/plain", "\xff\xff", `422 string_type body`},
		{"text in another charset", "/text", "text/plain; charset=latin1", "ab", `415 unsupported_media_type Accept-Post: text/plain, text/markdown`},
		{"anything", "/any", "x/y", "ab", `200 "ab"`},
		{"anything without a type", "/any", "", "ab", `200 "ab"`},
		{"patch", "/patch", "application/merge-patch+json", `{"name":"n","count":1}`, `200 "n"`},
		{"no patch", "/patch", "application/json", `{}`, `415 unsupported_media_type Accept-Patch: application/merge-patch+json`},
		{"lines", "/lines", "application/jsonl", "{\"name\":\"a\",\"count\":1}\n\n{\"name\":\"b\",\"count\":2}\r\n", `200 ["a","b"]`},
		{"lines with a mistake", "/lines", "application/x-ndjson", "{\"name\":\"a\",\"count\":1}\n{\"count\":2}\n{\"name\":\"c\",\"count\":3}", `200 ["a","missing[body 1 name]","c"]`},
		{"no lines", "/lines", "", "", `200 []`},
		{"malformed line", "/lines", "application/jsonl", "{\"name\":\"a\",\"count\":1}\n{", `400 json_invalid body.1.1`},
		{"many lines", "/lines", "application/jsonl", strings.Repeat("{\"name\":\"a\",\"count\":1}\n", 3), `413 body_too_large`},
		{"JSON for lines", "/lines", "application/json", `{}`, `415 unsupported_media_type Accept-Post: application/jsonl, application/x-ndjson`},
	}
	for _, tt := range tests {
		for _, known := range []bool{true, false} {
			method := "POST"
			if tt.target == "/patch" {
				method = "PATCH"
			}
			r, err := http.NewRequest(method, tt.target, strings.NewReader(tt.body))
			assert.NoError(t, err)
			if !known && tt.body != "" {
				r.Body, r.ContentLength = io.NopCloser(iotest.OneByteReader(strings.NewReader(tt.body))), -1
			}
			if tt.contentType != "" {
				r.Header.Set("Content-Type", tt.contentType)
			}
			resp := c.Send(r)
			got := fmt.Sprint(resp.Status, " ", string(resp.Body))
			if resp.Status >= 400 {
				p := c.Problem(resp)
				got = fmt.Sprint(resp.Status, " ", p.Code)
				if len(p.Issues) > 0 {
					got = fmt.Sprint(resp.Status, " ", issueTypes(t, c, resp)[0])
				}
				for _, h := range []string{"Accept-Post", "Accept-Patch"} {
					if v := resp.Header.Get(h); v != "" {
						got += " " + h + ": " + v
					}
				}
			}
			assert.Equal(t, got, tt.want, tt.name, known)
		}
	}
}

func TestBodiesAreDocumentedAndSentByTypedCalls(t *testing.T) {
	type sent struct {
		Body tenon.Lines[item]
	}
	var lines *tenon.Endpoint[sent, int]
	var text *tenon.Endpoint[textIn, string]
	var raw *tenon.Endpoint[bytesIn, int]
	var read *tenon.Endpoint[readIn, int]
	app := newApp(t, nil, func(r *tenon.Router) {
		lines = tenon.Post(r, "/lines", func(_ context.Context, in *sent) (n int, err error) {
			for v, err := range in.Body {
				if err != nil {
					return 0, err
				}
				n += v.Count
			}
			for _, err = range in.Body { // a second time
				break
			}
			if err == nil {
				return 0, errors.New("lines came twice")
			}
			return n, nil
		})
		text = tenon.Post(r, "/text", func(_ context.Context, in *textIn) (string, error) { return in.Body, nil })
		raw = tenon.Post(r, "/raw", func(_ context.Context, in *bytesIn) (int, error) { return len(in.Body), nil })
		read = tenon.Post(r, "/read", func(_ context.Context, in *readIn) (int, error) {
			text, err := io.ReadAll(in.Body)
			return len(text), err
		})
	})
	for path, want := range map[string]string{
		"/lines": `{"application/jsonl":{"x-itemSchema":{"$ref":"#/components/schemas/item"}},"application/x-ndjson":{"x-itemSchema":{"$ref":"#/components/schemas/item"}}}`,
		"/text":  `{"text/markdown":{"schema":{"type":"string","minLength":2}},"text/plain":{"schema":{"type":"string","minLength":2}}}`,
		"/raw":   `{"application/octet-stream":{}}`,
		"/read":  `{"application/octet-stream":{}}`,
	} {
		body := app.Document().Paths[path].Post.RequestBody
		got, err := json.Marshal(body.Content)
		assert.NoError(t, err)
		assert.Equal(t, strings.ReplaceAll(string(got), "Item", "item"), strings.ReplaceAll(want, "Item", "item"), path)
		assert.Equal(t, body.Required, true)
	}
	c := tenontest.New(t, app)
	n, err := tenontest.Call(c, lines, &sent{func(yield func(item, error) bool) { _ = yield(item{"a", 1}, nil) && yield(item{"b", 2}, nil) }})
	assert.NoError(t, err)
	assert.Equal(t, n.Out, 3)
	s, err := tenontest.Call(c, text, &textIn{"ä\n"})
	assert.NoError(t, err)
	assert.Equal(t, s.Out, "ä\n")
	n, err = tenontest.Call(c, raw, &bytesIn{[]byte{255}})
	assert.NoError(t, err)
	assert.Equal(t, n.Out, 1)
	n, err = tenontest.Call(c, read, &readIn{strings.NewReader("abc")})
	assert.NoError(t, err)
	assert.Equal(t, n.Out, 3)
}

// Several bodies are members of one.
func TestSeveralBodiesAreMembersOfOne(t *testing.T) {
	c := newClient(t, func(r *tenon.Router) {
		tenon.Put(r, "/", func(_ context.Context, in *struct {
			Body struct {
				Item  item            `json:"item"`
				Other tenon.Opt[item] `json:"other"`
				Level int             `json:"level" check:"ge=1"`
			}
		}) (string, error) {
			return fmt.Sprint(in.Body.Item.Name, in.Body.Level), nil
		})
	})
	assert.Equal(t, string(c.Do("PUT", "/", `{"item":{"name":"a","count":1},"level":2}`).Body), `"a2"`)
	r := c.Do("PUT", "/", `{"item":{"name":"a"},"other":{},"level":0}`)
	assert.Equal(t, issueTypes(t, c, r), []string{"missing body.item.count", "missing body.other.name", "missing body.other.count", "greater_than_equal body.level"})
}

func TestAStreamedBodyThatBreaksOffIs400(t *testing.T) {
	srv := newServer(t, nil, bodies)
	for _, path := range []string{"/reader", "/lines"} {
		contentType := map[string]string{"/reader": "application/octet-stream", "/lines": "application/jsonl"}[path]
		got := exchange(t, srv.Listener.Addr().String(), "POST "+path+" HTTP/1.1\r\nHost: a\r\nContent-Type: "+contentType+"\r\nContent-Length: 24\r\n\r\nabc", true)
		assert.Equal(t, got.StatusCode, http.StatusBadRequest, got.body)
		assert.Contains(t, got.body, `"code":"unreadable_body"`)
		assert.Equal(t, got.closed, true)
	}
}

func TestC11ContinueIsSaidOnlyWhereTheBodyIsRead(t *testing.T) {
	srv := newServer(t, nil, bodies, func(r *tenon.Router) {
		tenon.Post(r, "/unread", func(context.Context, *readIn) (string, error) { return "no need", nil })
	})
	tests := []struct {
		name, target, headers string
		status                int // of the first answer
	}{
		{"read", "/bytes", "Content-Type: application/octet-stream\r\nContent-Length: 1\r\n", http.StatusContinue},
		{"read by the handler", "/reader", "Content-Type: application/octet-stream\r\nContent-Length: 1\r\n", http.StatusContinue},
		{"of another type", "/bytes", "Content-Type: text/plain\r\nContent-Length: 1\r\n", http.StatusUnsupportedMediaType},
		{"too large", "/reader", "Content-Type: application/octet-stream\r\nContent-Length: 65\r\n", http.StatusRequestEntityTooLarge},
		{"unread", "/unread", "Content-Type: application/octet-stream\r\nContent-Length: 1\r\n", http.StatusOK},
		{"nowhere", "/nowhere", "Content-Length: 1\r\n", http.StatusNotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			conn := dial(t, srv.Listener.Addr().String())
			_, err := io.WriteString(conn, "POST "+tt.target+" HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"+tt.headers+"\r\n")
			assert.NoError(t, err)
			line := make([]byte, len("HTTP/1.1 100"))
			_, err = io.ReadFull(conn, line)
			assert.NoError(t, err)
			assert.Equal(t, string(line), fmt.Sprint("HTTP/1.1 ", tt.status))
		})
	}
}

func TestMistakesInBodies(t *testing.T) {
	tests := []struct {
		name   string
		routes func(*tenon.Router)
		want   string
	}{
		{"no media type", get[struct {
			Body string `content:"text"`
		}]("/a"), `struct.Body: tag content:"text": want media types without parameters, separated by commas`},
		{"struct that is no JSON", get[struct {
			Body item `content:"text/csv"`
		}]("/a"), `struct.Body: tag content:"text/csv": a tenon_test.item is read from JSON: want application/json or a type that ends with +json, or a string, a []byte or an io.Reader`},
		{"rules of bytes", get[struct {
			Body []byte `content:"a/b" check:"maxLength=1"`
		}]("/a"), `struct.Body: bytes of a body as it is take no rules: Limits.BodyBytes bounds them`},
		{"rules of a stream", get[struct {
			Body io.Reader `check:"maxLength=1"`
		}]("/a"), `struct.Body: a stream is not checked as a whole: it takes no check, default or status`},
		{"lines without a JSON form", get[struct {
			Body tenon.Lines[func()]
		}]("/a"), `struct.Body: type func() has no JSON form here`},
		{"a stream for two", func(r *tenon.Router) {
			tenon.Post(r, "/a", ok[readIn, string], tenon.Guard(func(context.Context, *readIn) error { return nil }))
		}, `the body is a stream, which only one of tenon_test.readIn and tenon_test.readIn can read`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := mistakes(t, tt.routes)
			assert.Equal(t, len(got), 1, got)
			assert.Contains(t, got[0], tt.want)
		})
	}
}

func TestAStageCannotRepeatAStreamNorTakeItsFingerprint(t *testing.T) {
	var errs []error
	app := newApp(t, nil, func(r *tenon.Router) {
		tenon.Post(r, "/", func(_ context.Context, in *readIn) (string, error) {
			_, err := io.ReadAll(in.Body)
			return "", err
		}, tenon.Around(func(ctx context.Context, _ *none, c *tenon.Call) error {
			_, err := c.Fingerprint()
			errs = append(errs, err, c.Next(ctx), c.Next(ctx))
			c.Reply(tenon.Answer{Status: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(`""`)})
			return nil
		}))
	})
	r := tenontest.New(t, app).Do("POST", "/", "a", "Content-Type: application/octet-stream")
	assert.Equal(t, r.Status, 200)
	assert.Contains(t, fmt.Sprint(errs[0]), "has no fingerprint")
	assert.NoError(t, errs[1])
	assert.Equal(t, errs[2] != nil, true)
}

func TestD15OperationsStopAtTheirOwnLimit(t *testing.T) {
	c := newClient(t, func(r *tenon.Router) { r.Use(tenon.Middleware(middleware.Decompression(1 << 20))) }, bodies)
	for target, contentType := range map[string]string{"/bytes": "application/octet-stream", "/reader": "application/octet-stream", "/lines": "application/jsonl"} {
		for size, status := range map[int]int{64: 200, 65: 413, 1 << 20: 413, 2 << 20: 413} {
			var b bytes.Buffer
			w := gzip.NewWriter(&b)
			_, err := w.Write(bytes.Repeat([]byte{'\n'}, size))
			assert.NoError(t, err)
			assert.NoError(t, w.Close())
			r := c.Do("POST", target, b.String(), "Content-Type: "+contentType, "Content-Encoding: gzip")
			assert.Equal(t, r.Status, status, target, size)
		}
		wantProblem(t, c, c.Do("POST", target, "x", "Content-Type: "+contentType, "Content-Encoding: gzip"), 400, "unreadable_body")
		r := c.Do("POST", target, "x", "Content-Type: "+contentType, "Content-Encoding: br")
		wantProblem(t, c, r, 415, "unsupported_content_encoding")
		assert.Equal(t, r.Header.Get("Accept-Encoding"), "gzip")
	}
}
