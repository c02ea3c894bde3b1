package tenontest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/jsonschema"
	"github.com/tenonapi/tenon/internal/route"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/transport"
)

// A contract is the document of an application, to judge its answers by. The
// judge shares no code with what makes the answers.
type contract struct {
	document  *jsonschema.Document
	paths     route.Tree[path]
	responses map[string]*openapi.Response

	mu      sync.Mutex
	schemas map[string]*jsonschema.Schema // by pointer
}

// A path is an entry of the document.
type path struct {
	template string
	item     *openapi.PathItem
}

func newContract(app *tenon.App) (*contract, error) {
	doc := app.Document()
	text, err := doc.JSON()
	if err != nil {
		return nil, err
	}
	formats := jsonschema.StandardFormats()
	formats["password"] = jsonschema.Format{} // for people only
	c := &contract{schemas: make(map[string]*jsonschema.Schema), responses: doc.Components.Responses}
	if c.document, err = jsonschema.Parse(text, formats); err != nil {
		return nil, err
	}
	for _, op := range app.Operations() {
		t, err := route.Parse(op.Path)
		if err != nil {
			return nil, err
		}
		if item := doc.Paths[t.Documented()]; item != nil {
			*c.paths.At(t) = path{t.Documented(), item}
		}
	}
	return c, nil
}

// check returns how an answer breaks the document. What the document does not
// speak of, such as hidden operations and errors without a declaration, breaks nothing.
func (c *contract) check(r *http.Request, resp *Response) error {
	p, err := c.paths.Find(r.URL.EscapedPath(), new(transport.Params))
	if err != nil || p == nil || p.item == nil {
		return nil
	}
	method := r.Method
	var op *openapi.Operation
	for m, o := range p.item.Operations() {
		if m == method || m == http.MethodGet && method == http.MethodHead && op == nil {
			op = o
		}
	}
	if op == nil {
		return nil
	}
	status := strconv.Itoa(resp.Status)
	documented, pointer := op.Responses[status], jsonschema.Pointer("paths", p.template, strings.ToLower(methodOf(p.item, op)), "responses", status)
	if documented != nil && documented.Ref != "" {
		name := strings.TrimPrefix(documented.Ref, "#/components/responses/")
		documented, pointer = c.responses[name], jsonschema.Pointer("components", "responses", name)
	}
	switch {
	case documented == nil && resp.Status < http.StatusBadRequest:
		return fmt.Errorf("the status %d is not documented", resp.Status)
	case documented == nil || method == http.MethodHead:
		return nil
	case len(documented.Content) == 0 && len(resp.Body) > 0:
		return fmt.Errorf("the status %d is documented without a body", resp.Status)
	case len(documented.Content) == 0:
		return nil
	}
	contentType := resp.Header.Get("Content-Type")
	if documented.Content[contentType] == nil {
		contentType, _, _ = strings.Cut(contentType, ";")
	}
	if documented.Content[contentType] == nil && contentType != "" && documented.Content["*/*"] != nil {
		contentType = "*/*"
	}
	if documented.Content[contentType] == nil {
		return fmt.Errorf("the content type %q is not documented for the status %d", contentType, resp.Status)
	}
	if documented.Content[contentType].Schema == nil {
		return nil
	}
	schema, err := c.schema(pointer + jsonschema.Pointer("content", contentType, "schema"))
	if err != nil {
		return err
	}
	body := resp.Body
	if t, _, _ := strings.Cut(contentType, ";"); !strings.HasSuffix(t, "json") {
		body, _ = json.Marshal(string(body)) // a schema of text speaks of a string
	}
	if err := schema.Validate(body); err != nil {
		return fmt.Errorf("the body does not fit the document: %w\n%s", err, resp.Body)
	}
	return nil
}

// methodOf returns the method that item has op for.
func methodOf(item *openapi.PathItem, op *openapi.Operation) string {
	for m, o := range item.Operations() {
		if o == op {
			return m
		}
	}
	return ""
}

func (c *contract) schema(pointer string) (*jsonschema.Schema, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.schemas[pointer]; s != nil {
		return s, nil
	}
	s, err := c.document.Compile(pointer)
	if err != nil {
		return nil, err
	}
	c.schemas[pointer] = s
	return s, nil
}
