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

// A contract is the documents of an application, to judge its answers by: each by that of the
// operation's version, which is what its clients read.
type contract struct{ paths route.Tree[path] }

// A path is one of the application, with the judges of its operations by their method.
type path struct {
	template string
	judges   map[string]*judge
}

func newContract(app *tenon.App) (*contract, error) {
	c := new(contract)
	judges := make(map[string]*judge) // by version
	for _, op := range app.Operations() {
		t, err := route.Parse(op.Path)
		if err != nil {
			return nil, err
		}
		j := judges[op.Version]
		if j == nil {
			doc := app.DocumentOf(op.Version)
			if doc == nil {
				doc = app.Document()
			}
			if j, err = newJudge(doc); err != nil {
				return nil, err
			}
			judges[op.Version] = j
		}
		p := c.paths.At(t)
		if p.judges == nil {
			p.template, p.judges = t.Documented(), make(map[string]*judge)
		}
		p.judges[op.Method] = j
	}
	return c, nil
}

// check returns how an answer breaks the document. What the document does not
// speak of, such as hidden operations and errors without a declaration, breaks nothing.
func (c *contract) check(r *http.Request, resp *Response) error {
	p, err := c.paths.Find(r.URL.EscapedPath(), new(transport.Params))
	if err != nil || p == nil {
		return nil
	}
	method := r.Method
	if p.judges[method] == nil && method == http.MethodHead {
		method = http.MethodGet
	}
	if j := p.judges[method]; j != nil {
		return j.check(p.template, method, r.Method == http.MethodHead, resp)
	}
	return nil
}

// A judge knows one document. It shares no code with what makes the answers.
type judge struct {
	document *jsonschema.Document
	paths    map[string]*openapi.PathItem
	shared   map[string]*openapi.Response

	mu      sync.Mutex
	schemas map[string]*jsonschema.Schema // by pointer
}

func newJudge(doc *openapi.Document) (*judge, error) {
	text, err := doc.JSON()
	if err != nil {
		return nil, err
	}
	formats := jsonschema.StandardFormats()
	formats["password"] = jsonschema.Format{} // for people only
	j := &judge{schemas: make(map[string]*jsonschema.Schema), paths: doc.Paths}
	if doc.Components != nil { // which Config.Edit can take away
		j.shared = doc.Components.Responses
	}
	j.document, err = jsonschema.Parse(text, formats)
	return j, err
}

// check returns how an answer of the operation with a template and method breaks the document.
func (j *judge) check(template, method string, head bool, resp *Response) error {
	op := operation(j.paths[template], method)
	if op == nil {
		return nil
	}
	status := strconv.Itoa(resp.Status)
	documented, pointer := op.Responses[status], jsonschema.Pointer("paths", template, strings.ToLower(method), "responses", status)
	if documented != nil && documented.Ref != "" {
		name := strings.TrimPrefix(documented.Ref, "#/components/responses/")
		documented, pointer = j.shared[name], jsonschema.Pointer("components", "responses", name)
	}
	switch {
	case documented == nil && resp.Status < http.StatusBadRequest:
		return fmt.Errorf("the status %d is not documented", resp.Status)
	case documented == nil || head:
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
	media, pointer := documented.Content[contentType], pointer+jsonschema.Pointer("content", contentType)
	switch {
	case media.ItemSchema != nil:
		return j.checkItems(pointer+jsonschema.Pointer("x-itemSchema"), contentType, resp)
	case media.Schema == nil || resp.Cut:
		return nil
	}
	schema, err := j.schema(pointer + jsonschema.Pointer("schema"))
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

// operation returns the operation that item, which may be nil, has for a method, or nil.
func operation(item *openapi.PathItem, method string) *openapi.Operation {
	if item == nil {
		return nil
	}
	for m, op := range item.Operations() {
		if m == method {
			return op
		}
	}
	return nil
}

func (j *judge) schema(pointer string) (*jsonschema.Schema, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if s := j.schemas[pointer]; s != nil {
		return s, nil
	}
	s, err := j.document.Compile(pointer)
	if err != nil {
		return nil, err
	}
	j.schemas[pointer] = s
	return s, nil
}
