// Package tenon builds typed HTTP APIs. A handler is a plain function from an
// input struct to an output; tenon decodes and checks the request against the
// input's type, encodes the answer by the output's, and describes both in an
// OpenAPI document.
//
//	type getOrder struct {
//		ID string `path:"order_id" check:"format=uuid"`
//	}
//
//	func (a *API) order(ctx context.Context, in *getOrder) (Order, error)
//
//	app, err := tenon.New(tenon.Config{Title: "Orders", Version: "1.0.0"}, func(r *tenon.Router) {
//		tenon.Get(r, "/orders/{order_id}", a.order)
//	})
//
// # Input
//
// Each exported field of the input comes from one place, named by its tag:
//
//	path:"x" query:"x" header:"x" cookie:"x"   a parameter
//	Body                                       the body, as JSON
//
// A parameter is a bool, number, string or a type with text methods, or a list of
// these that is sent as several values; like Body it may be an [Opt] or a pointer.
// Fields of embedded structs count as fields of the input. Which values a field
// takes is said by its type and the tags check and default: see package schema.
// A tag status:"400" on a parameter gives the status of the answer when it is
// missing or bad; of several such parameters the first declared decides. A
// handler only runs with an input that fits; else the client gets everything
// that is wrong with it in one answer.
//
// # Output
//
// A type that has a field with a status, header, cookie or content tag is an envelope:
// its field Body is the body. Any other type is the body itself. What the output type does
// not declare cannot be answered.
//
//	type Accepted struct {
//		_     struct{} `status:"202"`   // fixed; an int field with status:"200,201" chooses
//		Queue int      `header:"X-Queue"`
//		Body  Job
//	}
//
// A tag status:"" leaves the list to the option [Status]; header:"*" on an
// http.Header takes any others. A header without a value is not sent. A redirect leads
// to the own site or to what the tag hosts of its Location lists.
//
// The tag content names the media type of a body: text and bytes are a string or a
// []byte, and any type may have another JSON. A type with the method
//
//	AppendAs(dst []byte, mediaType string) ([]byte, error)
//
// has several forms, of which the client chooses one by its header Accept, and gets 406
// if it takes none: content:"application/json,text/csv". JSON is made as always.
//
// A body that only answers with one status have is a pointer with that status, as in
// Done *Order `status:"200"` beside Pending *Job `status:"202"`: the one that is not nil
// is answered.
//
// A field of type http.Cookie with the tag cookie:"name" sets a cookie when it has a
// value, a MaxAge or Expires. It is HttpOnly, Secure and SameSite=Lax and has the path /
// unless it says otherwise itself; what is less safe is part of the type: cookie:"name,script"
// may be read by scripts, cookie:"name,insecure" is sent without TLS.
//
// Rules in the output's tags are documented; in production they are not checked.
//
// # Errors
//
// A handler returns domain errors declared with [Errors] and given a form by
// [MapError], what [Invalid] makes, or a [*problem.Error], which is answered in any
// case, and which [Errors] puts into the document: package tenontest fails on one that is
// not there. Anything else, and a panic, is logged and answered as 500 without its text.
// All errors, also those of routing, are problem details as in RFC 9457 with a request
// ID, unless [Config] has another [ErrorPolicy].
package tenon
