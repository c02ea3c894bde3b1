package tenon

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"

	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/schema"
)

// A published document is one of those of an application. It is made when it is first asked for:
// that takes as long as New and more memory, and few processes are asked for all of theirs.
type published struct {
	app      *App
	version  string // empty for that of everything
	path     string // empty when it is not served
	document func() (*openapi.Document, error)
	text     func() ([]byte, error) // it as JSON
	yaml     func() ([]byte, error) // and as YAML
}

func newPublished(a *App, version, path string) *published {
	d := &published{app: a, version: version, path: path}
	d.document = sync.OnceValues(d.describe)
	d.text, d.yaml = d.written((*openapi.Document).JSON), d.written((*openapi.Document).YAML)
	return d
}

// written returns what makes a text of the document, once.
func (d *published) written(write func(*openapi.Document) ([]byte, error)) func() ([]byte, error) {
	return sync.OnceValues(func() ([]byte, error) {
		doc, err := d.document()
		if err != nil {
			return nil, err
		}
		return write(doc)
	})
}

// Document returns the OpenAPI document of everything. It is read-only.
func (a *App) Document() *openapi.Document { return a.documents[0].made() }

// made returns the document, also one that cannot be written, of which send tells.
func (d *published) made() *openapi.Document {
	doc, _ := d.document()
	return doc
}

// sending returns what answers with a text of the document.
func sending(mediaType string, text func() ([]byte, error)) func(*call) {
	return func(c *call) {
		text, err := text()
		if err != nil { // which nothing is known to cause that New lets through
			c.fail(fmt.Errorf("the document: %w", err))
			return
		}
		c.x.Send(http.StatusOK, mediaType, text)
	}
}

// shows reports whether the document has op.
func (d *published) shows(op *operation) bool {
	return !op.doc.Hidden && (d.version == "" || op.Version == "" || op.Version == d.version)
}

// describe makes the document.
func (d *published) describe() (doc *openapi.Document, err error) {
	a := d.app
	doc, e := d.frame()
	schemas := schema.NewSchemas(schemaPrefix, slices.Sorted(maps.Keys(e.schemas))...)
	for _, op := range a.operations {
		if !d.shows(op) {
			continue
		}
		path := op.path.Documented()
		if doc.Paths[path] == nil {
			doc.Paths[path] = new(openapi.PathItem)
		}
		o := op.describe(schemas, e)
		o.OperationID = a.builder.idIn(d.version, op)
		id := func(op *operation) string { return a.builder.idIn(d.version, op) }
		op.addLinks(o, d.shows, id)
		op.addCallbacks(o, schemas, id)
		doc.Paths[path].SetOperation(op.Method, o)
	}
	doc.Webhooks = a.builder.describeWebhooks(schemas)
	if doc.Components.Schemas, err = schemas.Components(); err != nil {
		return doc, err
	}
	doc.Components.SecuritySchemes = a.schemesOf(doc)
	if doc.Components.Responses = e.used(doc); len(e.responses) > 0 {
		maps.Copy(doc.Components.Schemas, e.schemas)
	}
	doc.Tags = slices.DeleteFunc(doc.Tags, func(t openapi.Tag) bool { return !hasTag(doc, t.Name) })
	if a.cfg.Edit == nil {
		return doc, nil
	}
	a.cfg.Edit(d.version, doc)
	if err := uniqueIDs(doc); err != nil {
		return doc, fmt.Errorf("Config.Edit: %w", err)
	}
	return doc, nil
}

// frame is the document without operations, and what describes their errors.
func (d *published) frame() (*openapi.Document, *errorDocs) {
	doc := d.app.about(d)
	return doc, newErrorDocs(d.app.cfg.policy())
}

// check returns what is wrong with those parts of the document that users give as they are,
// so that New can tell. The others are made of plans, which have been checked.
func (d *published) check() error {
	if d.app.cfg.Edit != nil { // who knows what it does
		_, err := d.text()
		return err
	}
	doc, e := d.frame()
	doc.Components.Schemas = e.schemas
	_, err := doc.JSON()
	return err
}

// checkDocuments is check for all documents, and for the schemas of errors in them.
func (a *App) checkDocuments() error {
	var errs []error
	for _, d := range a.documents {
		errs = append(errs, d.check())
	}
	if a.cfg.Errors == nil {
		return errors.Join(errs...)
	}
	seen := make(map[string]bool) // codes
	for _, op := range a.operations {
		for _, p := range op.documented {
			if !seen[p.Code] {
				seen[p.Code] = true
				errs = append(errs, a.checkDescribed(p))
			}
		}
	}
	return errors.Join(errs...)
}

// checkDescribed returns what is wrong with the example and the schema that the policy gives an error.
func (a *App) checkDescribed(p *problem.Error) error {
	_, contentType, body := a.cfg.Errors.Answer(nil, p, "example")
	if !json.Valid(example(contentType, body)) {
		return fmt.Errorf("Config.Errors: the answer to %s is %s, but its body is no JSON: %q", p.Code, contentType, body)
	}
	var data *openapi.Schema
	if p.Data != nil {
		data = new(openapi.Schema)
	}
	name, s := a.cfg.Errors.Describe(p, data)
	switch {
	case s == nil && name != "":
		return fmt.Errorf("Config.Errors: the schema %q of %s is nil", name, p.Code)
	case s == nil:
		return nil
	}
	_, err := s.MarshalJSON()
	return err
}

// schemesOf returns the security schemes that the operations of doc name.
func (a *App) schemesOf(doc *openapi.Document) map[string]*openapi.SecurityScheme {
	used := make(map[string]*openapi.SecurityScheme)
	for _, item := range doc.Paths {
		for _, op := range item.Operations() {
			for _, way := range op.Security {
				for name := range way {
					used[name] = a.schemes[name]
				}
			}
		}
	}
	return used
}
