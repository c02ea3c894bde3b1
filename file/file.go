// Package file answers files: whole or in ranges, unchanged ones with 304, with a name to
// save them under.
//
//	func (a *API) invoice(ctx context.Context, in *byID) (file.Content, error) {
//		return file.Open(a.invoices, in.ID+".pdf")
//	}
//
// A [Site] answers a folder of them, such as the build of a frontend.
//
// Source: RFC 9110, sections 13 and 14; RFC 6266; RFC 8187.
package file

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/stream"
)

// A Content is a file as an answer. It is closed when it was sent, or will not be.
type Content struct {
	Reader   io.ReadSeeker // what is sent; closed if it is an io.Closer
	Name     string        // to save it under, without folders; empty for none
	Type     string        // media type; empty means that of the extension of Name, else application/octet-stream
	Modified time.Time     // zero if it is not known
	ETag     string        // in quotes, see etag.Of; empty for none
	Inline   bool          // browsers may show it in the page's site; else they save it
}

// Open returns a file of fsys, with its name and time. It returns an error that wraps
// [fs.ErrNotExist] for a folder, and for a name that leads out of fsys.
func Open(fsys fs.FS, name string) (Content, error) {
	if !fs.ValidPath(name) {
		return Content{}, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	f, err := fsys.Open(name)
	if err != nil {
		return Content{}, err
	}
	c, err := of(f, name)
	if err != nil {
		_ = f.Close() // it was not read
	}
	return c, err
}

func of(f fs.File, name string) (Content, error) {
	info, err := f.Stat()
	if err != nil {
		return Content{}, err
	}
	r, ok := f.(io.ReadSeeker)
	switch {
	case info.IsDir():
		return Content{}, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	case !ok:
		return Content{}, fmt.Errorf("file: %s cannot be sent in ranges: its Seek is missing", name)
	}
	return Content{Reader: r, Name: path.Base(name), Modified: info.ModTime()}, nil
}

// Close closes the file.
func (c Content) Close() error {
	if closer, ok := c.Reader.(io.Closer); ok {
		return closer.Close()
	}
	return nil
}

// Stream implements [stream.Body].
func (Content) Stream(*schema.Set) (*stream.Plan, error) {
	return &stream.Plan{
		MediaType: "*/*",
		Serve: func(w http.ResponseWriter, r *http.Request, body any) error {
			c, _ := body.(Content)
			return c.serve(w, r)
		},
	}, nil
}

func (c Content) serve(w http.ResponseWriter, r *http.Request) error {
	if c.Reader == nil {
		return errors.New("file: the Content has no Reader")
	}
	h := w.Header()
	if h.Get("Content-Type") == "" { // what the operation says goes first
		h.Set("Content-Type", c.mediaType())
	}
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Disposition", c.disposition())
	if c.ETag != "" {
		h.Set("Etag", c.ETag)
	}
	http.ServeContent(w, bytesOnly(r), "", c.Modified, c.Reader)
	return nil
}

// bytesOnly returns r without a Range of a unit that is not known, which is ignored.
// Source: RFC 9110, section 14.2.
func bytesOnly(r *http.Request) *http.Request {
	if unit, _, _ := strings.Cut(r.Header.Get("Range"), "="); unit != "" && unit != "bytes" {
		r = r.Clone(r.Context())
		r.Header.Del("Range")
	}
	return r
}

// mediaType does not depend on what the file contains: who writes it must not decide that a
// browser runs it.
func (c Content) mediaType() string {
	if c.Type != "" {
		return c.Type
	}
	if t := mime.TypeByExtension(path.Ext(c.Name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

// disposition returns the header Content-Disposition, with a name that old clients read and,
// if that is not all of it, the name itself.
func (c Content) disposition() string {
	kind := "attachment"
	if c.Inline {
		kind = "inline"
	}
	name := c.Name[strings.LastIndexAny(c.Name, `/\`)+1:]
	if name == "" {
		return kind
	}
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '%' {
			return '_'
		}
		return r
	}, name)
	kind += `; filename="` + plain + `"`
	if plain != name {
		kind += "; filename*=UTF-8''" + encode(strings.ToValidUTF8(name, "\uFFFD"), attr)
	}
	return kind
}

const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// attr are the characters of an attr-char. Source: RFC 8187, section 3.2.1.
const attr = "!#$&+-.^_`|~" + alphanumeric

// encode percent-encodes what is none of plain.
func encode(s, plain string) string {
	var b strings.Builder
	for i := range len(s) {
		if strings.IndexByte(plain, s[i]) >= 0 {
			b.WriteByte(s[i])
		} else {
			fmt.Fprintf(&b, "%%%02X", s[i])
		}
	}
	return b.String()
}
