package docsui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// A file is what a URL stands for, perhaps stored compressed.
type file struct {
	contentType string
	data        []byte
	size        int    // before compression, in bytes
	gzipped     bool   // data is in the format gzip
	tag         string // entity tag without its quotes
}

// types are those of the files that there are, by the extension of their name.
var types = map[string]string{
	".css":  "text/css; charset=utf-8",
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".png":  "image/png",
}

func newFile(name string, data []byte) *file {
	sum := sha256.Sum256(data)
	return &file{
		contentType: types[path.Ext(name)], data: data, size: len(data),
		tag: base64.RawURLEncoding.EncodeToString(sum[:12]),
	}
}

// serve answers a GET or HEAD request, in the stored form if the client takes it.
func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	size, tag, unpack := f.size, f.tag, f.gzipped
	if f.gzipped {
		h.Add("Vary", "Accept-Encoding")
	}
	if f.gzipped && acceptsGzip(r.Header.Values("Accept-Encoding")) {
		// Source: RFC 9110, section 8.8.3.3: each encoding has its own tag.
		size, tag, unpack = len(f.data), f.tag+"-gzip", false
		h.Set("Content-Encoding", "gzip")
	}
	tag = `"` + tag + `"`
	h.Set("Etag", tag)
	if matches(r.Header.Values("If-None-Match"), tag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", f.contentType)
	h.Set("Content-Length", strconv.Itoa(size))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return
	}
	if !unpack {
		_, _ = w.Write(f.data) // the client is gone: nobody to tell
		return
	}
	if z, err := gzip.NewReader(bytes.NewReader(f.data)); err == nil {
		_, _ = io.Copy(w, z)
	}
}

// acceptsGzip reports whether the fields Accept-Encoding allow gzip.
// Source: RFC 9110, section 12.5.3.
func acceptsGzip(fields []string) bool {
	others := false
	for item := range strings.SplitSeq(strings.Join(fields, ","), ",") {
		coding, params, _ := strings.Cut(item, ";")
		switch strings.ToLower(strings.TrimSpace(coding)) {
		case "gzip", "x-gzip":
			return weight(params) > 0
		case "*":
			others = weight(params) > 0
		}
	}
	return others
}

// weight returns the parameter q, 1 without one and 0 when it is no number.
func weight(params string) float64 {
	q, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(params)), "q=")
	if !ok {
		return 1
	}
	f, err := strconv.ParseFloat(q, 64)
	if err != nil {
		return 0
	}
	return f
}

// matches reports whether the fields If-None-Match name tag.
// Source: RFC 9110, section 13.1.2, which compares weakly.
func matches(fields []string, tag string) bool {
	for item := range strings.SplitSeq(strings.Join(fields, ","), ",") {
		item = strings.TrimPrefix(strings.TrimSpace(item), "W/")
		if item == tag || item == "*" {
			return true
		}
	}
	return false
}
