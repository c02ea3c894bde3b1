package api

import (
	"context"
	"errors"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/webhook"
)

// An EventType is something that merchants can be told of.
type EventType string

// orderCreated carries an [OrderOut].
const orderCreated EventType = "order.created"

// Enum returns every EventType.
func (EventType) Enum() []EventType { return []EventType{orderCreated} }

// EndpointCreate is the endpoint that a client asks for.
type EndpointCreate struct {
	URL   string      `json:"url" check:"minLength=1,maxLength=2048" doc:"Where events are sent, by https to a public address" example:"https://shop.example/hooks"`
	Types []EventType `json:"types" check:"maxItems=20,uniqueItems" default:"[]" doc:"Events to send; none means all, those to come included"`
}

// EndpointOut is an endpoint as clients see it.
type EndpointOut struct {
	ID             string                  `json:"id" example:"ep_4T7ZQ2LK6VXJ5NRM3WYCHGBDSA"`
	URL            string                  `json:"url"`
	Types          []EventType             `json:"types" doc:"Events that are sent; none means all"`
	Enabled        bool                    `json:"enabled" doc:"Whether events are sent; those of the time when it is not are not sent later"`
	DisabledReason *webhook.DisabledReason `json:"disabled_reason" doc:"owner: you have disabled it; gone: it has answered 410; null: it is enabled"`
	CreatedAt      time.Time               `json:"created_at"`
}

// EndpointSecret is an endpoint with the secret that is new to the client.
type EndpointSecret struct {
	EndpointOut
	Secret string `json:"secret" doc:"Signs what is sent; shown only in this answer" example:"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"`
}

func endpointOut(e webhook.Endpoint) EndpointOut {
	o := EndpointOut{ID: e.ID, URL: e.URL, Types: texts[EventType](e.Types), Enabled: e.Disabled == "", CreatedAt: e.Created}
	if !o.Enabled {
		o.DisabledReason = &e.Disabled
	}
	return o
}

func endpointSecret(e webhook.Endpoint) EndpointSecret {
	return EndpointSecret{endpointOut(e), e.Secret.Reveal()}
}

// texts converts a list of one kind of texts to one of another.
func texts[To, From ~string](list []From) []To {
	out := make([]To, len(list))
	for i, text := range list {
		out[i] = To(text)
	}
	return out
}

// CreateEndpoint is the input of the operation that adds an endpoint.
type CreateEndpoint struct {
	Owner     tenon.Caller
	Endpoints webhook.Registrar
	Body      EndpointCreate
}

func (a *API) createEndpoint(ctx context.Context, in *CreateEndpoint) (out tenon.Created[EndpointSecret], err error) {
	if err := a.checkURL(in, &in.Body.URL, in.Body.URL); err != nil {
		return out, err
	}
	e := webhook.NewEndpoint(in.Owner, in.Body.URL, a.now(), texts[string](in.Body.Types)...)
	if err := in.Endpoints.AddEndpoint(ctx, e); err != nil {
		return out, err
	}
	out.Location, err = a.Endpoint.URL(&GetEndpoint{ID: e.ID})
	out.Body = endpointSecret(e)
	return out, err
}

// checkURL returns an error for a field of in with a URL to which nothing would be sent.
func (a *API) checkURL(in, field any, url string) error {
	if blocked, ok := errors.AsType[*webhook.BlockedError](a.guard.CheckURL(url)); ok {
		return tenon.Invalid(in, field, "url_blocked", "Nothing can be sent to this URL: "+blocked.Reason)
	}
	return nil
}

// GetEndpoint is the input of the operation that reads an endpoint.
type GetEndpoint struct {
	ID        string `path:"endpoint_id" check:"maxLength=64"`
	Owner     tenon.Caller
	Endpoints webhook.Registry
}

func (a *API) endpoint(ctx context.Context, in *GetEndpoint) (EndpointOut, error) {
	e, err := in.Endpoints.Endpoint(ctx, in.Owner, in.ID)
	return endpointOut(e), err
}

// ListEndpoints is the input of the operation that lists endpoints.
type ListEndpoints struct {
	Owner     tenon.Caller
	Endpoints webhook.Registry
}

// EndpointList has all endpoints of a merchant, of which there are few.
type EndpointList struct {
	Items []EndpointOut `json:"items"`
}

func (a *API) listEndpoints(ctx context.Context, in *ListEndpoints) (EndpointList, error) {
	endpoints, err := in.Endpoints.Endpoints(ctx, in.Owner)
	list := EndpointList{Items: make([]EndpointOut, len(endpoints))}
	for i, e := range endpoints {
		list.Items[i] = endpointOut(e)
	}
	return list, err
}

// EndpointPatch says what is to change of an endpoint.
type EndpointPatch struct {
	_       struct{}               `check:"additionalProperties=false"`
	URL     tenon.Opt[string]      `json:"url" check:"minLength=1,maxLength=2048" doc:"Where events are sent from now on, those that wait included"`
	Types   tenon.Opt[[]EventType] `json:"types" check:"maxItems=20,uniqueItems" doc:"Events to send from now on; none means all"`
	Enabled tenon.Opt[bool]        `json:"enabled" doc:"false: nothing is sent. true: events are sent, and what waited when it was disabled"`
}

// PatchEndpoint is the input of the operation that changes an endpoint.
type PatchEndpoint struct {
	GetEndpoint
	Body EndpointPatch
}

func (a *API) patchEndpoint(ctx context.Context, in *PatchEndpoint) (EndpointOut, error) {
	if url, ok := in.Body.URL.Get(); ok {
		if err := a.checkURL(in, &in.Body.URL, url); err != nil {
			return EndpointOut{}, err
		}
	}
	e, err := in.Endpoints.UpdateEndpoint(ctx, in.Owner, in.ID, func(e *webhook.Endpoint) error {
		in.Body.URL.Apply(&e.URL)
		if types, ok := in.Body.Types.Get(); ok {
			e.Types = texts[string](types)
		}
		switch enabled, ok := in.Body.Enabled.Get(); {
		case !ok || enabled == (e.Disabled == ""):
		case enabled:
			e.Enable()
		default:
			e.Disabled = webhook.DisabledByOwner
		}
		return nil
	})
	if err == nil {
		a.wake()
	}
	return endpointOut(e), err
}

// Rotation says how a secret is replaced.
type Rotation struct {
	Overlap int `json:"overlap_seconds" check:"ge=0,le=604800" default:"86400" doc:"For how long the old secret signs as well; 0 takes it away at once, as one does when somebody else knows it"`
}

// RotateSecret is the input of the operation that gives an endpoint another secret.
type RotateSecret struct {
	ID        string `path:"endpoint_id" check:"maxLength=64"`
	Owner     tenon.Caller
	Endpoints webhook.Registrar
	Body      Rotation `default:"{}"`
}

func (a *API) rotate(ctx context.Context, in *RotateSecret) (EndpointSecret, error) {
	e, err := in.Endpoints.UpdateEndpoint(ctx, in.Owner, in.ID, func(e *webhook.Endpoint) error {
		var until time.Time
		if in.Body.Overlap > 0 {
			until = a.now().Add(time.Duration(in.Body.Overlap) * time.Second)
		}
		e.Rotate(webhook.NewSecret(), until)
		return nil
	})
	return endpointSecret(e), err
}
