package openapi

import "iter"

// A PathItem holds the operations of one path, of a webhook or of a callback.
//
// Source: OpenAPI 3.1, section "Path Item Object".
type PathItem struct {
	Ref         string       `json:"$ref,omitempty"` // unlike other references it may have siblings
	Summary     string       `json:"summary,omitempty"`
	Description string       `json:"description,omitempty"` // CommonMark
	Get         *Operation   `json:"get,omitempty"`
	Put         *Operation   `json:"put,omitempty"`
	Post        *Operation   `json:"post,omitempty"`
	Delete      *Operation   `json:"delete,omitempty"`
	Options     *Operation   `json:"options,omitempty"`
	Head        *Operation   `json:"head,omitempty"`
	Patch       *Operation   `json:"patch,omitempty"`
	Trace       *Operation   `json:"trace,omitempty"`
	Servers     []Server     `json:"servers,omitempty"`    // instead of the document's
	Parameters  []*Parameter `json:"parameters,omitempty"` // of all operations; one may replace them by name and place
	Extensions  Extensions   `json:"-"`
}

// methods are those an OpenAPI 3.1 path item has a member for, in the order of its fields.
var methods = [...]string{"GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"}

// SetOperation makes op the operation of an upper-case HTTP method. It reports false, and changes
// nothing, if OpenAPI 3.1 has no member for the method.
func (p *PathItem) SetOperation(method string, op *Operation) bool {
	field := p.field(method)
	if field == nil {
		return false
	}
	*field = op
	return true
}

// Operations iterates over the operations that are set, with their upper-case HTTP method, in
// the order of the fields.
func (p *PathItem) Operations() iter.Seq2[string, *Operation] {
	return func(yield func(string, *Operation) bool) {
		for _, method := range methods {
			if op := *p.field(method); op != nil && !yield(method, op) {
				return
			}
		}
	}
}

// field returns the place of a method's operation, or nil.
func (p *PathItem) field(method string) **Operation {
	switch method {
	case "GET":
		return &p.Get
	case "PUT":
		return &p.Put
	case "POST":
		return &p.Post
	case "DELETE":
		return &p.Delete
	case "OPTIONS":
		return &p.Options
	case "HEAD":
		return &p.Head
	case "PATCH":
		return &p.Patch
	case "TRACE":
		return &p.Trace
	}
	return nil
}

// MarshalJSON implements [json.Marshaler].
func (p PathItem) MarshalJSON() ([]byte, error) {
	type plain PathItem
	return encodeObject(plain(p), p.Extensions)
}
