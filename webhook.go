package tenon

import (
	"errors"
	"maps"
	"net/http"
	"reflect"
	"slices"

	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/schema"
)

// Webhook documents requests that the application sends to others: each is a POST with
// the headers and the body of message, a value of a type like the output of an operation.
// text says what it tells of. It holds for the whole application, wherever it is given.
//
// Source: OpenAPI 3.1, section "OpenAPI Object".
func Webhook(name, text string, message any) Option {
	w := &webhook{name, text, reflect.TypeOf(message)}
	return option(func(s *settings) { s.app.webhook(s.site, w) })
}

// A webhook is what the option Webhook says.
type webhook struct {
	name, text string
	message    reflect.Type
}

// A documented webhook is one of an application.
type documented struct {
	*webhook
	site    string
	message *output
}

// webhook takes a webhook. Options are asked once for each operation that they hold for, so
// the same one comes again.
func (b *builder) webhook(site string, w *webhook) {
	switch earlier := b.webhooks[w.name]; {
	case earlier == nil:
		b.webhooks[w.name] = &documented{webhook: w, site: site}
	case earlier.webhook != w:
		b.mistake(site, "webhook %q is documented already, at %s", w.name, earlier.site)
	}
}

// compileWebhooks compiles their messages, now that all unions are known.
func (b *builder) compileWebhooks() {
	for _, name := range slices.Sorted(maps.Keys(b.webhooks)) {
		w := b.webhooks[name]
		err := errors.New("want a value of what is sent, got nil")
		if w.webhook.message != nil {
			w.message, err = compileOutput(b.app.set, w.webhook.message, nil)
		}
		for _, text := range flatten(err) {
			b.mistake(w.site, "webhook %q: %s", name, text)
		}
	}
}

// describeWebhooks returns the webhooks as the document shows them.
func (b *builder) describeWebhooks(schemas *schema.Schemas) map[string]*openapi.PathItem {
	out := make(map[string]*openapi.PathItem)
	for _, name := range slices.Sorted(maps.Keys(b.webhooks)) { // schemas get their names in this order
		out[name] = b.webhooks[name].describe(schemas)
	}
	return out
}

// describe returns the webhook as the document shows it.
func (w *documented) describe(schemas *schema.Schemas) *openapi.PathItem {
	message := w.message.describe(http.StatusOK, schemas, schemas.Output)
	o := &openapi.Operation{
		Description: w.text,
		RequestBody: &openapi.RequestBody{Required: true, Content: message.Content},
		Responses:   map[string]*openapi.Response{"2XX": {Description: "Received"}},
	}
	for _, h := range w.message.headers {
		described := message.Headers[h.name]
		o.Parameters = append(o.Parameters, &openapi.Parameter{
			Name: h.name, In: "header", Description: described.Description, Required: h.field.Required(), Schema: described.Schema,
		})
	}
	return &openapi.PathItem{Post: o}
}
