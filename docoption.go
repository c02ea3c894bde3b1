package tenon

import (
	"cmp"
	"maps"

	"github.com/tenonapi/tenon/openapi"
)

// Doc describes an operation for readers of its document.
type Doc struct {
	ID           string                // operationId; empty means what Config.OperationID says, or else it is derived from method and path
	Summary      string                // a few words
	Description  string                // CommonMark
	Hidden       bool                  // leave the operation out of the document
	ExternalDocs *openapi.ExternalDocs // where there is more to read
	Extensions   openapi.Extensions    // further members of the operation, whose names begin with x-; those of outer places stay
}

func (d Doc) apply(s *settings) {
	s.checkDoc(&d)
	extensions := s.doc.Extensions
	if len(d.Extensions) > 0 {
		extensions = maps.Clone(extensions)
		if extensions == nil {
			extensions = make(openapi.Extensions)
		}
		maps.Copy(extensions, d.Extensions)
	}
	s.doc = Doc{
		ID:           cmp.Or(d.ID, s.doc.ID),
		Summary:      cmp.Or(d.Summary, s.doc.Summary),
		Description:  cmp.Or(d.Description, s.doc.Description),
		Hidden:       d.Hidden || s.doc.Hidden,
		ExternalDocs: cmp.Or(d.ExternalDocs, s.doc.ExternalDocs),
		Extensions:   extensions,
	}
}

// isZero reports whether d says nothing.
func (d *Doc) isZero() bool {
	return d.ID == "" && d.Summary == "" && d.Description == "" && !d.Hidden && d.ExternalDocs == nil && len(d.Extensions) == 0
}
