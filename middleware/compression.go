package middleware

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// CompressionConfig configures [Compression].
type CompressionConfig struct {
	MinBytes int // answers that are shorter stay as they are; 0 means 1 KiB
	Level    int // from 1, fast, to 9, small; 0 means 5

	// Types are the media types to compress: whole ones, "text/*", or "+json" for all
	// that end so. Nil means text, JSON, XML, JavaScript, WebAssembly, SVG and their like.
	Types []string

	// Credentials allows to compress answers to requests that carry Authorization, Cookie
	// or a client's certificate. Say so only if no such answer holds both a secret and
	// text that came from the request: its length would tell the secret, see BREACH.
	Credentials bool

	// Writers is how many answers are compressed at once, at up to 1.25 MiB of memory
	// each; further ones stay as they are. 0 means 16.
	Writers int
}

const (
	defaultMinBytes = 1 << 10
	defaultLevel    = 5
	defaultWriters  = 16
)

var defaultTypes = []string{
	"text/*", "+json", "+xml", "application/json", "application/xml", "application/javascript",
	"application/x-ndjson", "application/jsonl", "application/wasm", "application/yaml",
}

// Compression compresses answers with gzip for clients that prefer it. All answers
// have Vary: Accept-Encoding.
//
// Answers stay as they are when they are short, have another media type, a coding, a
// range or a digest already, when they say Cache-Control: no-transform, and when the
// request asks for a range or carries credentials (see [CompressionConfig]). The ETag
// of a compressed answer becomes weak; If-Match never accepts a weak one, so do not
// compress what is changed by If-Match. Flushing works, also for streams of events. HEAD
// gets the headers of GET, but for the length.
//
// Put it inside of [AccessLog], whose bytes are then those sent.
// Source: RFC 9110, sections 8.4, 8.8.3.3, 12.5.3 and 12.5.5; RFC 9111, section 5.2.2.6.
func Compression(cfg CompressionConfig) (func(http.Handler) http.Handler, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	c := newCompressor(cfg)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			cw := &compressWriter{ResponseWriter: w, c: c, head: r.Method == http.MethodHead, known: r.Header["If-None-Match"]}
			cw.wanted, cw.always = c.wanted(r)
			defer cw.free()
			next.ServeHTTP(cw, r)
			cw.finish()
		})
	}, nil
}

func (c *CompressionConfig) check() error {
	var errs []error
	if c.MinBytes < 0 {
		errs = append(errs, fmt.Errorf("middleware: CompressionConfig.MinBytes is %d, want 0 or more", c.MinBytes))
	}
	if c.Level < 0 || c.Level > gzip.BestCompression {
		errs = append(errs, fmt.Errorf("middleware: CompressionConfig.Level is %d, want 0 to %d", c.Level, gzip.BestCompression))
	}
	for _, t := range c.Types {
		if t != strings.ToLower(t) || strings.ContainsAny(t, "; ") || strings.HasPrefix(t, "+") == strings.Contains(t, "/") {
			errs = append(errs, fmt.Errorf("middleware: CompressionConfig.Types has %q, want a media type in lower case without parameters, such as \"text/csv\", \"text/*\" or \"+json\"", t))
		}
	}
	if c.Writers < 0 {
		errs = append(errs, fmt.Errorf("middleware: CompressionConfig.Writers is %d, want 0 or more", c.Writers))
	}
	return errors.Join(errs...)
}

// A compressor is a CompressionConfig at work.
type compressor struct {
	minBytes    int
	types       []string
	credentials bool
	writers     int64

	busy atomic.Int64
	idle sync.Pool // of *gzipWriter
}

func newCompressor(cfg CompressionConfig) *compressor {
	or := func(n, otherwise int) int {
		if n == 0 {
			return otherwise
		}
		return n
	}
	c := &compressor{
		minBytes: or(cfg.MinBytes, defaultMinBytes), types: slices.Clone(cfg.Types),
		credentials: cfg.Credentials, writers: int64(or(cfg.Writers, defaultWriters)),
	}
	if cfg.Types == nil {
		c.types = defaultTypes
	}
	level := or(cfg.Level, defaultLevel)
	c.idle.New = func() any {
		gz, err := gzip.NewWriterLevel(io.Discard, level)
		if err != nil {
			panic(err) // the level was checked
		}
		return &gzipWriter{Writer: gz}
	}
	return c
}

// wanted reports whether the answer to r should be compressed, and whether also
// when it is short or of another type.
func (c *compressor) wanted(r *http.Request) (wanted, always bool) {
	if !c.credentials && (len(r.Header["Authorization"]) > 0 || len(r.Header["Cookie"]) > 0 || r.TLS != nil && len(r.TLS.PeerCertificates) > 0) {
		return false, false
	}
	if len(r.Header["Range"]) > 0 {
		return false, false
	}
	return prefersGzip(r.Header["Accept-Encoding"])
}

// compressible reports whether the media type in a Content-Type is one to compress.
func (c *compressor) compressible(contentType string) bool {
	t, _, _ := strings.Cut(contentType, ";")
	t = strings.ToLower(strings.TrimSpace(t))
	return slices.ContainsFunc(c.types, func(want string) bool {
		if prefix, ok := strings.CutSuffix(want, "*"); ok {
			return strings.HasPrefix(t, prefix)
		}
		return t == want || want[0] == '+' && strings.HasSuffix(t, want)
	})
}

// A gzipWriter is kept for reuse. It leads to its answer only while it is used.
type gzipWriter struct {
	*gzip.Writer
	to io.Writer
}

// sink is what the gzip.Writer writes to.
type sink struct{ w *gzipWriter }

// Write implements [io.Writer].
func (s sink) Write(p []byte) (int, error) { return s.w.to.Write(p) }

// writer returns a writer to w, nil when too many are in use.
func (c *compressor) writer(w io.Writer) *gzipWriter {
	if c.busy.Add(1) > c.writers {
		c.busy.Add(-1)
		return nil
	}
	gz := c.idle.Get().(*gzipWriter)
	gz.to = w
	gz.Reset(sink{gz})
	return gz
}

// giveBack takes a writer that is not used any more.
func (c *compressor) giveBack(gz *gzipWriter) {
	gz.to = nil
	c.idle.Put(gz)
	c.busy.Add(-1)
}
