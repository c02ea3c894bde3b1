package tenon_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/upload"
)

// overHTTP2 runs test with a client of an application that Serve serves over HTTP/2, with TLS and
// without. dials counts connections.
func overHTTP2(t *testing.T, app *tenon.App, cfg tenon.ServerConfig, test func(t *testing.T, client *http.Client, base string, dials *atomic.Int64)) {
	cert, pool := certificate(t)
	for _, secure := range []bool{true, false} {
		t.Run(fmt.Sprint("TLS ", secure), func(t *testing.T) {
			cfg, scheme := cfg, "http"
			cfg.H2C = !secure
			if secure {
				scheme, cfg.TLS = "https", &tls.Config{Certificates: []tls.Certificate{cert}}
			}
			addr, dials := start(t, app, cfg), new(atomic.Int64)
			transport := http2Transport(func(ctx context.Context, network, addr string) (net.Conn, error) {
				dials.Add(1)
				return new(net.Dialer).DialContext(ctx, network, addr)
			})
			transport.TLSClientConfig = &tls.Config{RootCAs: pool, ServerName: "example.com"}
			defer transport.CloseIdleConnections()
			test(t, &http.Client{Transport: transport}, scheme+"://"+addr, dials)
		})
	}
}

// http2Transport speaks HTTP/2 alone and takes up to 64 KiB that nobody reads.
func http2Transport(dial func(ctx context.Context, network, addr string) (net.Conn, error)) *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP2(true)
	protocols.SetUnencryptedHTTP2(true)
	return &http.Transport{
		Protocols: protocols, DialContext: dial, ExpectContinueTimeout: time.Minute,
		HTTP2: &http.HTTP2Config{MaxReceiveBufferPerStream: 64 << 10, MaxReceiveBufferPerConnection: 64 << 10},
	}
}

func TestAStreamOverHTTP2IsSentPieceByPiece(t *testing.T) {
	read := make(chan bool)
	app := newApp(t, nil, linesOf(func(_ context.Context, yield func(item, error) bool) {
		for yield(item{"pin", 1}, nil) && <-read {
		}
	}))
	overHTTP2(t, app, tenon.ServerConfig{}, func(t *testing.T, client *http.Client, base string, _ *atomic.Int64) {
		resp, err := client.Get(base + "/a")
		assert.NoError(t, err)
		defer resp.Body.Close()
		assert.Equal(t, resp.ProtoMajor, 2)
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

func TestAClientOverHTTP2ThatLeavesOrReadsNothingEndsItsStreamAlone(t *testing.T) {
	ended := make(chan bool, 1)
	app := newApp(t, nil, linesOf(func(_ context.Context, yield func(item, error) bool) {
		long := item{Name: strings.Repeat("x", 4<<10)}
		for yield(long, nil) {
		}
		ended <- true
	}), func(r *tenon.Router) { tenon.Get(r, "/fast", says[none]("fast")) })
	overHTTP2(t, app, tenon.ServerConfig{WriteTimeout: 100 * time.Millisecond}, func(t *testing.T, client *http.Client, base string, dials *atomic.Int64) {
		for _, leaves := range []bool{true, false} {
			ctx, leave := context.WithCancel(t.Context())
			r, err := http.NewRequestWithContext(ctx, "GET", base+"/a", nil)
			assert.NoError(t, err)
			resp, err := client.Do(r)
			assert.NoError(t, err)
			if leaves {
				leave()
			}
			assert.Equal(t, <-ended, true) // else it waits for ever
			leave()
			_ = resp.Body.Close()
			resp, err = client.Get(base + "/fast")
			assert.NoError(t, err)
			_ = resp.Body.Close()
			assert.Equal(t, resp.StatusCode, 200)
		}
		assert.Equal(t, dials.Load(), 1)
	})
}

func TestAnErrorOverHTTP2CutsItsStreamAlone(t *testing.T) {
	app := newApp(t, nil, linesOf(yields(errors.New("gone"), item{"pin", 1})), func(r *tenon.Router) { tenon.Get(r, "/fast", says[none]("fast")) })
	overHTTP2(t, app, tenon.ServerConfig{}, func(t *testing.T, client *http.Client, base string, dials *atomic.Int64) {
		resp, err := client.Get(base + "/a")
		assert.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		assert.Contains(t, fmt.Sprint(err), "INTERNAL_ERROR")
		assert.Equal(t, string(body), "{\"name\":\"pin\",\"count\":1}\n")
		_ = resp.Body.Close()
		resp, err = client.Get(base + "/fast")
		assert.NoError(t, err)
		_ = resp.Body.Close()
		assert.Equal(t, dials.Load(), 1)
	})
}

// bubbled serves f over HTTP/2 in a bubble, with timeouts of two seconds, and calls test with the answer
// to GET /a.
func bubbled(t *testing.T, f func(ctx context.Context, yield func(item, error) bool), test func(body io.Reader)) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipes()
		protocols := new(http.Protocols)
		protocols.SetUnencryptedHTTP2(true)
		srv := &http.Server{Handler: newApp(t, nil, linesOf(f)), ReadTimeout: 2 * time.Second, WriteTimeout: 2 * time.Second, Protocols: protocols}
		ended := make(chan error, 1)
		go func() { ended <- srv.Serve(l) }()
		transport := http2Transport(func(context.Context, string, string) (net.Conn, error) { return l.dial() })
		resp, err := (&http.Client{Transport: transport}).Get("http://a/a")
		assert.NoError(t, err)
		test(resp.Body)
		_ = resp.Body.Close()
		transport.CloseIdleConnections()
		_ = srv.Close()
		assert.ErrorIs(t, <-ended, http.ErrServerClosed)
	})
}

func TestTimeoutsOfTheServerDoNotCutAStreamOverHTTP2(t *testing.T) {
	bubbled(t, func(ctx context.Context, yield func(item, error) bool) {
		for range 5 {
			select {
			case <-time.After(time.Hour):
			case <-ctx.Done():
				return
			}
			yield(item{"pin", 1}, nil)
		}
	}, func(body io.Reader) {
		text, err := io.ReadAll(body)
		assert.NoError(t, err)
		assert.Equal(t, strings.Count(string(text), "\n"), 5)
	})
}

// Each piece has the whole time, so that a reader may be as slow as that for each.
func TestAClientOverHTTP2ThatIsSlowIsNotCutOff(t *testing.T) {
	const piece = 32 << 10
	bubbled(t, func(_ context.Context, yield func(item, error) bool) {
		for range 20 {
			yield(item{Name: strings.Repeat("x", piece)}, nil)
		}
	}, func(body io.Reader) {
		total := 0
		for buf := make([]byte, piece); ; {
			n, err := io.ReadFull(body, buf)
			total += n
			if err != nil {
				assert.Equal(t, errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF), true, err)
				break
			}
			time.Sleep(time.Second) // of the bubble
		}
		assert.Equal(t, total > 20*piece, true, total)
	})
}

func TestAClientOverHTTP2ThatTakesNothingIsCutOff(t *testing.T) {
	var waited atomic.Int64
	bubbled(t, func(_ context.Context, yield func(item, error) bool) {
		started := time.Now()
		for yield(item{Name: strings.Repeat("x", 4<<10)}, nil) {
		}
		waited.Store(int64(time.Since(started)))
	}, func(body io.Reader) {
		time.Sleep(3 * time.Second) // of the bubble
		synctest.Wait()
		assert.Equal(t, time.Duration(waited.Load()), 2*time.Second)
		_, err := io.Copy(io.Discard, body)
		assert.Contains(t, fmt.Sprint(err), "INTERNAL_ERROR")
	})
}

func TestUploadsOverHTTP2(t *testing.T) {
	type stored struct {
		Names []string `json:"names"`
		Bytes int64    `json:"bytes"`
	}
	app := newApp(t, nil, bodies, func(r *tenon.Router) {
		tenon.Post(r, "/upload", func(_ context.Context, in *struct {
			Title string        `form:"title"`
			Files upload.Stream `form:"file"`
		}) (out stored, err error) {
			for file, err := range in.Files {
				if err != nil {
					return out, err
				}
				content, err := file.Open()
				if err != nil {
					return out, err
				}
				n, err := io.Copy(io.Discard, content)
				if err != nil {
					return out, err
				}
				out.Names, out.Bytes = append(out.Names, file.Name), out.Bytes+n
			}
			return out, nil
		}, tenon.Limits{BodyBytes: 4 << 20})
	})
	form := func(size int) string {
		return "--b\r\nContent-Disposition: form-data; name=title\r\n\r\nt\r\n--b\r\nContent-Disposition: form-data; name=file; filename=a\r\n\r\n" +
			strings.Repeat("x", size) + "\r\n--b--\r\n"
	}
	tests := []struct {
		name, target, contentType string
		body                      string
		expect                    bool
		status                    int
		want                      string
		unread                    bool // nothing of the body is sent
	}{
		{"read by the handler", "/reader", "application/octet-stream", "hello", false, 200, `"hello"`, false},
		{"lines", "/lines", "application/jsonl", `{"name":"a","count":1}`, false, 200, "", false},
		{"a large file", "/upload", "multipart/form-data; boundary=b", form(3 << 20), false, 200, `{"names":["a"],"bytes":3145728}`, false},
		{"beyond the limit", "/upload", "multipart/form-data; boundary=b", form(5 << 20), false, 413, `"body_too_large"`, false},
		{"expected", "/bytes", "application/octet-stream", "hello", true, 200, "", false},
		{"expected and large", "/upload", "multipart/form-data; boundary=b", form(3 << 20), true, 200, `"bytes":3145728`, false},
		{"expected, of another type", "/bytes", "text/plain", "hello", true, 415, `"unsupported_media_type"`, true},
		{"expected, too large", "/bytes", "application/octet-stream", strings.Repeat("x", 65), true, 413, `"body_too_large"`, true},
		{"expected, nowhere", "/nowhere", "application/octet-stream", "x", true, 404, `"not_found"`, true},
	}
	overHTTP2(t, app, tenon.ServerConfig{}, func(t *testing.T, client *http.Client, base string, dials *atomic.Int64) {
		for _, tt := range tests {
			for _, length := range []bool{true, false} {
				if tt.name == "expected, too large" && !length {
					continue // who knows
				}
				continued, sent := false, new(counting)
				sent.r = bytes.NewReader([]byte(tt.body))
				ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{Got100Continue: func() { continued = true }})
				r, err := http.NewRequestWithContext(ctx, "POST", base+tt.target, io.NopCloser(sent))
				assert.NoError(t, err)
				r.Header.Set("Content-Type", tt.contentType)
				r.ContentLength = -1
				if length {
					r.ContentLength = int64(len(tt.body))
				}
				if tt.expect {
					r.Header.Set("Expect", "100-continue")
				}
				resp, err := client.Do(r)
				assert.NoError(t, err, tt.name)
				text, err := io.ReadAll(resp.Body)
				assert.NoError(t, err, tt.name)
				_ = resp.Body.Close()
				assert.Equal(t, resp.StatusCode, tt.status, tt.name, string(text))
				assert.Contains(t, string(text), tt.want)
				assert.Equal(t, continued, tt.expect && !tt.unread, tt.name)
				if tt.unread {
					assert.Equal(t, sent.n.Load(), 0, tt.name)
				}
			}
		}
		assert.Equal(t, dials.Load(), 1)
	})
}

// counting counts what is read of r.
type counting struct {
	r io.Reader
	n atomic.Int64
}

// Read implements [io.Reader].
func (c *counting) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}
