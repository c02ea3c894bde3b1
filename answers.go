package tenon

import (
	"net/http"

	"github.com/tenonapi/tenon/schema"
)

// Opt is a value that may be absent: see [schema.Opt].
type Opt[T any] = schema.Opt[T]

// Null is a value that must be given and may be null: see [schema.Null].
type Null[T any] = schema.Null[T]

// Secret is a value that must not be shown: see [schema.Secret].
type Secret[T any] = schema.Secret[T]

// Created answers 201 with the new resource and where it is found.
// Source: RFC 9110, section 15.3.2.
type Created[T any] struct {
	_        struct{} `status:"201"`
	Location string   `header:"Location" doc:"Where the new resource is found"`
	Body     T
}

// Reply answers with a status chosen by the handler from the operation's option
// [Status], and with any headers. Zero means the first of the list.
type Reply[T any] struct {
	Status int         `status:""`
	Header http.Header `header:"*"`
	Body   T
}

// NoContent answers 204 without a body.
// Source: RFC 9110, section 15.3.5.
type NoContent struct {
	_ struct{} `status:"204"`
}
