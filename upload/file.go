package upload

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/textproto"
	"os"
)

// A File is a part of a form. It is valid while the request is being handled, one of
// a [Stream] until the next one is asked for.
type File struct {
	Field string // name of the form's field
	// Name is what the client calls the file, "" for none. It is hostile: it may be a path,
	// a reserved word of some system or the name of another file. Show it, but give what is
	// stored a name of your own.
	Name   string
	Type   string               // media type that the client claims, in lower case and without parameters; "" for none
	Size   int64                // bytes; -1 for a file of a stream, of which nobody knows yet
	Header textproto.MIMEHeader // of the part
	Blank  bool                 // a form was sent with no file chosen: the name is given, and empty

	r    *Reader   // that found it; nil for one that New has made
	part io.Reader // what was not read yet; nil once it was kept
	kept io.ReaderAt
}

// A Stream is the files of a form as they arrive. It ends with the first error, and can be
// ranged over once.
type Stream = iter.Seq2[*File, error]

// New returns a file with content, for requests that are sent.
func New(name, mediaType string, content []byte) File {
	return File{Name: name, Type: mediaType, Size: int64(len(content)), kept: bytes.NewReader(content)}
}

var errNotKept = errors.New("upload: a file of a stream can be opened once")

// Open returns the content. That of a file in a stream is read from the connection, and can
// be opened once; that of others any number of times, also at the same time, and it is an
// [io.ReadSeeker] and an [io.ReaderAt]. Reading fails with an error that is [ErrTooLarge] beyond [Limits.FileBytes].
func (f *File) Open() (io.ReadCloser, error) {
	switch {
	case f.kept != nil:
		return content{io.NewSectionReader(f.kept, 0, f.Size)}, nil
	case f.part == nil:
		return nil, errNotKept
	}
	part := f.part
	f.part = nil
	return live{f.r, &bounded{r: part, left: f.r.limits.FileBytes, what: "file"}}, nil
}

// live is the content of a file in a stream.
type live struct {
	r    *Reader
	part io.Reader
}

// Read implements [io.Reader].
func (l live) Read(p []byte) (int, error) {
	n, err := l.part.Read(p)
	if err != nil && err != io.EOF { //nolint:errorlint // a wrapped one is an end too early
		err = l.r.failed(err)
	}
	return n, err
}

// Close implements [io.Closer]. What was not read is skipped by the next part.
func (live) Close() error { return nil }

type content struct{ *io.SectionReader }

// Close implements [io.Closer].
func (content) Close() error { return nil }

// Text returns the content of a part that is a text. All texts of a form have
// [Limits.TextBytes] together; beyond them the error is [ErrTooLarge].
func (f *File) Text() (string, error) {
	text, err := io.ReadAll(&bounded{r: f.part, left: f.r.limits.TextBytes - f.r.text, what: "text"})
	if err != nil {
		return "", f.r.failed(err)
	}
	f.part = nil
	f.r.text += int64(len(text))
	return string(text), nil
}

// Keep reads the content to its end, so that Open works at any time until the Reader
// is closed. It returns an error that is [ErrTooLarge] beyond [Limits.FileBytes].
func (f *File) Keep() error {
	r := f.r
	src := &bounded{r: f.part, left: r.limits.FileBytes, what: "file"}
	f.part = nil
	var head bytes.Buffer
	room := r.limits.Memory - r.memory
	n, err := io.CopyN(&head, src, room+1)
	switch {
	case errors.Is(err, io.EOF):
		f.Size, f.kept = n, bytes.NewReader(head.Bytes())
		r.memory += n
		return nil
	case err != nil:
		return r.failed(err)
	}
	temp, err := r.temporary()
	if err != nil {
		return err
	}
	if n, err = io.Copy(temp, io.MultiReader(&head, src)); err != nil {
		return r.failed(err)
	}
	f.Size, f.kept = n, temp
	return nil
}

// A temp is a temporary file.
type temp struct {
	*os.File
	named bool // it could not be removed while it is open
}

// temporary returns a new temporary file, which Close removes.
func (r *Reader) temporary() (*os.File, error) {
	f, err := os.CreateTemp("", "upload-*")
	if err != nil {
		return nil, fmt.Errorf("upload: %w", err)
	}
	r.temps = append(r.temps, temp{f, os.Remove(f.Name()) != nil})
	return f, nil
}

// Close removes the temporary files. Files that were kept cannot be read any more.
func (r *Reader) Close() error {
	var errs []error
	for _, t := range r.temps {
		errs = append(errs, t.Close())
		if t.named {
			errs = append(errs, os.Remove(t.Name()))
		}
	}
	r.temps = nil
	return errors.Join(errs...)
}
