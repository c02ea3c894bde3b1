// Package fastapi gives an application the habits that clients of FastAPI
// applications rely on: errors with the member detail, and 422 for everything that is
// wrong with an input; values that are coerced as Pydantic does by default, such as "1"
// for a number; members that may be given twice or in the wrong case without an error;
// requests that are read as servers in Python read them, see [tenon.Config]; redirects to the
// path without a slash too many at its end, or with one too few.
package fastapi

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/problem"
)

// Compat returns cfg for an application whose clients expect FastAPI. It sets Errors, Loose,
// Schema.Lax, Schema.LooseNames and Schema.EchoAll, and unless cfg says something else
// TrailingSlash and Schema.MaxDepth, to 1000. The rule strict takes a field, a type or a struct
// out of the coercion.
func Compat(cfg tenon.Config) tenon.Config {
	cfg.Errors, cfg.Loose = policy{}, true
	cfg.Schema.Lax, cfg.Schema.LooseNames, cfg.Schema.EchoAll = true, true, true
	cfg.Schema.MaxDepth = cmp.Or(cfg.Schema.MaxDepth, 1000)
	cfg.TrailingSlash = cmp.Or(cfg.TrailingSlash, "redirect-absolute")
	return cfg
}

// Whole is the code of errors whose data is the whole body, not its member detail, as that of a
// JSONResponse with a status of 400 or more. See [JSON] and [tenon.MapErrorAs].
const Whole = "whole"

// JSON returns an error that is answered with a status and v as the whole body. An operation declares it with
//
//	tenon.Errors(problem.New(409, fastapi.Whole, "Name is taken"))
//
// and with [tenon.MapErrorAs] and the code [Whole] its own errors, so that the document has the schema of the
// body. A v that is no JSON is a server error.
func JSON(status int, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("fastapi: encode the body of an error: %w", err)
	}
	e := problem.New(status, Whole, "")
	e.Data = text
	return e
}

// policy is how FastAPI shows errors.
type policy struct{}

const contentType = "application/json"

// Answer implements [tenon.ErrorPolicy].
func (policy) Answer(dst []byte, e *problem.Error, _ string) (status int, mediaType string, body []byte) {
	switch {
	case e.Code == "internal_error":
		return e.Status, "text/plain; charset=utf-8", append(dst, "Internal Server Error"...)
	case len(e.Issues) > 0:
		dst = append(dst, `{"detail":[`...)
		for i := range e.Issues {
			if i > 0 {
				dst = append(dst, ',')
			}
			issue := worded(e.Issues[i])
			dst = issue.AppendJSON(dst)
		}
		status = e.Status
		if e.Code == "malformed_body" {
			status = http.StatusUnprocessableEntity
		}
		return status, contentType, append(dst, "]}"...)
	case e.Data != nil && e.Code == Whole:
		return e.Status, contentType, append(dst, e.Data...)
	case e.Data != nil:
		return e.Status, contentType, append(append(append(dst, `{"detail":`...), e.Data...), '}')
	}
	text, err := json.Marshal(struct {
		Detail string `json:"detail"`
	}{detail(e)})
	if err != nil { // a string has no form only if the package has a fault
		text = []byte(`{"detail":""}`)
	}
	return e.Status, contentType, append(dst, text...)
}

// worded returns an issue as FastAPI has it: names of headers in small letters, and words of its own
// for what Pydantic does not know.
func worded(issue problem.Issue) problem.Issue {
	if name, ok := last(issue.Loc).(string); ok && len(issue.Loc) == 2 && issue.Loc[0] == "header" {
		issue.Loc = []any{"header", strings.ToLower(name)}
	}
	if issue.Type == "file_expected" {
		issue.Type, issue.Msg = "value_error", "Value error, Expected UploadFile, received: <class 'str'>"
		issue.Ctx = []problem.Attr{{Name: "error", Value: json.RawMessage("{}")}}
	}
	return issue
}

func last(loc []any) any {
	if len(loc) == 0 {
		return nil
	}
	return loc[len(loc)-1]
}

// detail is what a client is told in a sentence.
func detail(e *problem.Error) string {
	switch {
	case e.Code == "unreadable_body", e.Code == "malformed_form" && e.Detail == "":
		return "There was an error parsing the body"
	case e.Detail != "":
		return e.Detail
	case e.Title != "":
		return e.Title
	}
	return http.StatusText(e.Status)
}

// Describe implements [tenon.ErrorPolicy].
func (policy) Describe(e *problem.Error, data *openapi.Schema) (name string, s *openapi.Schema) {
	text := &openapi.Schema{Type: openapi.Types{"string"}}
	object := func(title string, detail *openapi.Schema) *openapi.Schema {
		return &openapi.Schema{
			Title: title, Type: openapi.Types{"object"},
			Properties: openapi.Properties{{Name: "detail", Schema: detail}}, Required: []string{"detail"},
		}
	}
	switch {
	case e.Code == "internal_error":
		return "", text
	case e.Code == Whole:
		return "", cmp.Or(data, new(openapi.Schema))
	case data != nil:
		return "", object("", data)
	case e.Code != "validation_failed" && e.Code != "malformed_body":
		return "HTTPError", object("HTTPError", text)
	}
	return "HTTPValidationError", object("HTTPValidationError", &openapi.Schema{
		Type: openapi.Types{"array"},
		Items: &openapi.Schema{
			Title: "ValidationError", Type: openapi.Types{"object"},
			Properties: openapi.Properties{
				{Name: "loc", Schema: &openapi.Schema{
					Title: "Location", Type: openapi.Types{"array"}, Items: &openapi.Schema{Type: openapi.Types{"string", "integer"}},
				}},
				{Name: "msg", Schema: &openapi.Schema{Title: "Message", Type: openapi.Types{"string"}}},
				{Name: "type", Schema: &openapi.Schema{Title: "Error Type", Type: openapi.Types{"string"}}},
				{Name: "input", Schema: new(openapi.Schema)},
				{Name: "ctx", Schema: &openapi.Schema{Type: openapi.Types{"object"}}},
			},
			Required: []string{"loc", "msg", "type"},
		},
	})
}
