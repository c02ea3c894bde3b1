package openapi

import "strings"

// path converts a path item. One that refers to a component, which 3.0 does not have, is replaced by it.
func (c *downgrader) path(at string, from *PathItem) *PathItem {
	const pathItems = "#/components/pathItems/"
	for range maxHops {
		if from == nil || c.from.Components == nil || !strings.HasPrefix(from.Ref, pathItems) {
			break
		}
		from = c.from.Components.PathItems[strings.TrimPrefix(from.Ref, pathItems)]
	}
	if from == nil {
		return nil
	}
	out := *from
	for method, op := range from.Operations() {
		out.SetOperation(method, c.operation(at+"/"+strings.ToLower(method), op))
	}
	out.Parameters = c.parameters(at, from.Parameters)
	return &out
}

func (c *downgrader) operation(at string, from *Operation) *Operation {
	out := *from
	out.Parameters = c.parameters(at, from.Parameters)
	out.RequestBody = c.body(at+"/requestBody", from.RequestBody)
	out.Callbacks = convert(c, at+"/callbacks", from.Callbacks, c.callback)
	out.Security = c.security(at+"/security", from.Security)
	if out.Responses = convert(c, at+"/responses", from.Responses, c.response); len(out.Responses) == 0 {
		out.Responses = map[string]*Response{"default": {}} // one is required
	}
	return &out
}

func (c *downgrader) callback(at string, from Callback) Callback {
	return convert(c, at, from, c.path)
}

func (c *downgrader) parameters(at string, from []*Parameter) (out []*Parameter) {
	for _, p := range from {
		out = append(out, c.parameter(at+"/parameters/"+p.Name, p))
	}
	return out
}

func (c *downgrader) parameter(at string, from *Parameter) *Parameter {
	if from == nil || from.Ref != "" {
		return referring(from, func(p *Parameter) Parameter { return Parameter{Ref: p.Ref} })
	}
	out := *from
	out.Schema = c.schema(at+"/schema", from.Schema)
	out.Examples = convert(c, at+"/examples", from.Examples, c.example)
	out.Content = convert(c, at+"/content", from.Content, c.media)
	return &out
}

func (c *downgrader) header(at string, from *Header) *Header {
	if from == nil || from.Ref != "" {
		return referring(from, func(h *Header) Header { return Header{Ref: h.Ref} })
	}
	out := *from
	out.Schema = c.schema(at+"/schema", from.Schema)
	out.Examples = convert(c, at+"/examples", from.Examples, c.example)
	out.Content = convert(c, at+"/content", from.Content, c.media)
	return &out
}

func (c *downgrader) body(at string, from *RequestBody) *RequestBody {
	if from == nil || from.Ref != "" {
		return referring(from, func(b *RequestBody) RequestBody { return RequestBody{Ref: b.Ref} })
	}
	out := *from
	out.Content = convert(c, at+"/content", from.Content, c.media)
	return &out
}

func (c *downgrader) response(at string, from *Response) *Response {
	if from == nil || from.Ref != "" {
		return referring(from, func(r *Response) Response { return Response{Ref: r.Ref} })
	}
	out := *from
	out.Headers = convert(c, at+"/headers", from.Headers, c.header)
	out.Content = convert(c, at+"/content", from.Content, c.media)
	out.Links = convert(c, at+"/links", from.Links, c.link)
	return &out
}

func (c *downgrader) example(_ string, from *Example) *Example {
	if from == nil || from.Ref != "" {
		return referring(from, func(e *Example) Example { return Example{Ref: e.Ref} })
	}
	return from
}

func (c *downgrader) link(_ string, from *Link) *Link {
	if from == nil || from.Ref != "" {
		return referring(from, func(l *Link) Link { return Link{Ref: l.Ref} })
	}
	return from
}

// referring returns an object with the reference of from alone: in 3.0 it has no siblings.
func referring[T any](from *T, bare func(*T) T) *T {
	if from == nil {
		return nil
	}
	out := bare(from)
	return &out
}

// media converts a media type. Bytes, which need no schema in 3.1, are a binary string in 3.0.
func (c *downgrader) media(at string, from *MediaType) *MediaType {
	if from == nil {
		return nil
	}
	out := *from
	out.Schema = c.schema(at+"/schema", from.Schema)
	out.ItemSchema = c.schema(at+"/x-itemSchema", from.ItemSchema)
	if out.Schema == nil && out.ItemSchema == nil {
		out.Schema = &Schema{Type: Types{"string"}, Format: "binary"}
	}
	out.Examples = convert(c, at+"/examples", from.Examples, c.example)
	out.Encoding = convert(c, at+"/encoding", from.Encoding, func(at string, e *Encoding) *Encoding {
		made := *e
		made.Headers = convert(c, at+"/headers", e.Headers, c.header)
		return &made
	})
	return &out
}
