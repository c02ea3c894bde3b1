package tenon

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/upload"
)

// A sentForm is a form with files that a request has.
type sentForm struct {
	reader *upload.Reader
	texts  []named
	files  []*upload.File
	next   *upload.File // the first of a stream, nil for none
	ranged bool         // the stream was asked for
}

// readForm reads the parts of the form: all, or those before the first of a stream.
func (c *call) readForm(r *reading) *problem.Error {
	if c.x.ContentLength() == 0 {
		return nil
	}
	reader, err := upload.NewReader(newBodyReader(c.x, c.op.limits.BodyBytes), c.x.Header("Content-Type"), c.op.limits.Form)
	if err != nil {
		return errMalformedForm.With(err)
	}
	c.sent = &sentForm{reader: reader}
	for {
		part, err := reader.Next()
		if err == io.EOF { //nolint:errorlint // as it is documented
			return nil
		}
		var stop bool
		if err == nil {
			stop, err = c.sent.take(part, r, c.op.app.cfg.Loose)
		}
		if err != nil {
			return formProblem(err)
		}
		if stop {
			return nil
		}
	}
}

// take keeps a part that r asks for, and reports whether it is the first of a stream.
func (s *sentForm) take(part *upload.File, r *reading, loose bool) (stop bool, err error) {
	if loose && part.Name == "" && !part.Blank {
		return false, s.keepText(part)
	}
	if i := slices.IndexFunc(r.files, func(f fileField) bool { return f.name == part.Field }); i >= 0 {
		switch {
		case part.Blank:
			return false, nil
		case r.files[i].streams():
			s.next = part
			return true, nil
		}
		s.files = append(s.files, part)
		return false, part.Keep()
	}
	text := ""
	if slices.ContainsFunc(r.form.params, func(i int) bool { return r.params[i].asks(part.Field) }) {
		if text, err = part.Text(); err != nil {
			return false, err
		}
	} else if !r.form.closed {
		return false, nil
	}
	s.texts = append(s.texts, named{"body", part.Field, text})
	return false, nil
}

// keepText keeps a part without the name of a file, as a text.
func (s *sentForm) keepText(part *upload.File) error {
	text, err := part.Text()
	s.texts = append(s.texts, named{"body", part.Field, text})
	return err
}

// formProblem returns what clients may see of an error of a form.
func formProblem(err error) *problem.Error {
	p, ok := errors.AsType[*problem.Error](err) // of the body
	switch {
	case ok:
		return p
	case errors.Is(err, upload.ErrTooLarge):
		return errBodyTooLarge.With(err)
	case errors.Is(err, upload.ErrMalformed):
		return errMalformedForm.With(err)
	}
	return errInternal.With(err) // of a temporary file
}

// bindFiles gives the parameter structs their files.
func (c *call) bindFiles(r *reading) {
	for i := range r.files {
		f := &r.files[i]
		var got []upload.File
		if c.sent != nil {
			for _, file := range c.sent.files {
				if file.Field == f.name {
					got = append(got, *file)
				}
			}
		}
		if c.op.app.cfg.Loose && len(got) > 1 && f.typ.Kind() != reflect.Slice {
			got = got[len(got)-1:]
		}
		switch slot := reflect.ValueOf(c.target(f.owner)).Elem().FieldByIndex(f.index).Addr().Interface().(type) {
		case *upload.Stream:
			*slot = c.stream(f, r)
			continue
		case *upload.File:
			if c.single(f, got) {
				*slot = got[0]
			}
		case **upload.File:
			if len(got) > 0 && c.single(f, got) {
				*slot = &got[0]
			} else if len(got) == 0 {
				c.textInPlace(f)
			}
		case *[]upload.File:
			if !c.textInPlace(f) && len(got) == 0 && f.required {
				c.d.Add("missing", "Field required", "body", f.name)
			}
			*slot = got
		}
		for k := range got {
			if !f.fits(&got[k]) {
				c.d.Add(fileTypeIssue, f.wants(), "body", f.name)
			}
		}
	}
}

// single reports whether there is one file, as there must be.
func (c *call) single(f *fileField, got []upload.File) bool {
	switch len(got) {
	case 0:
		if c.textInPlace(f) {
			return false
		}
		c.d.Add("missing", "Field required", "body", f.name)
	case 1:
		return true
	default:
		c.d.Add("multiple_values", "Input should be given once", "body", f.name)
	}
	return false
}

const fileTypeIssue = "file_type"

// fits reports whether a file has the media type that it should have.
func (f *fileField) fits(file *upload.File) bool {
	return f.types == nil || inRanges(f.types, file.Type)
}

func (f *fileField) wants() string { return "File should be of type " + strings.Join(f.types, " or ") }

var errRanged = errors.New("tenon: the files of a form can be ranged over once")

// stream returns the files of f as they arrive.
func (c *call) stream(f *fileField, r *reading) upload.Stream {
	form, params := c.sent, r.params
	late := func(part *upload.File) bool {
		return slices.ContainsFunc(params, func(p param) bool { return p.source == "form" && p.asks(part.Field) })
	}
	return func(yield func(*upload.File, error) bool) {
		if form == nil {
			return
		}
		if form.ranged {
			yield(nil, errRanged)
			return
		}
		form.ranged = true
		for part := form.next; part != nil; {
			if !f.pass(part, late(part), yield) {
				return
			}
			var err error
			if part, err = form.reader.Next(); err != nil && err != io.EOF { //nolint:errorlint // as it is documented
				yield(nil, formProblem(err))
				return
			}
		}
	}
}

// pass gives the handler a part of a stream if it is one of f, and reports whether more is wanted.
func (f *fileField) pass(part *upload.File, late bool, yield func(*upload.File, error) bool) bool {
	switch {
	case late:
		yield(nil, refusedPart("field_order", "Field should come before the files", part.Field))
		return false
	case part.Field != f.name || part.Blank:
		return true
	case !f.fits(part):
		yield(nil, refusedPart(fileTypeIssue, f.wants(), f.name))
		return false
	}
	return yield(part, nil)
}

// refusedPart is what is wrong with a part that comes while the handler runs.
func refusedPart(typ, msg, field string) error {
	return withIssues(errValidation, errValidation.Status, []problem.Issue{{Type: typ, Msg: msg, Loc: []any{"body", field}}})
}

// closeForm removes what the form has left behind.
func (c *call) closeForm() {
	if c.sent == nil {
		return
	}
	if err := c.sent.reader.Close(); err != nil {
		c.op.app.log.Warn("removing an upload failed", "error", fmt.Errorf("route %s: %w", c.op.Path, err))
	}
	c.sent = nil
}
