package main

import (
	"context"
	"errors"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/webhook"
)

// An Endpoint is what customers see of theirs. The secret is shown when it is new.
type Endpoint struct {
	ID     string   `json:"id"`
	URL    string   `json:"url"`
	Events []string `json:"events"`
	Secret string   `json:"secret,omitempty"`
}

func shown(e webhook.Endpoint) Endpoint {
	return Endpoint{ID: e.ID, URL: e.URL, Events: e.Types, Secret: e.Secret.Reveal()}
}

type registerEndpoint struct {
	Caller tenon.Caller
	Body   struct {
		URL    string   `json:"url" check:"maxLength=2048"`
		Events []string `json:"events" check:"maxItems=20,uniqueItems,each(enum=order.created|order.cancelled)"`
	}
}

func (s *Shop) register(ctx context.Context, in *registerEndpoint) (Endpoint, error) {
	if blocked, ok := errors.AsType[*webhook.BlockedError](s.guard.CheckURL(in.Body.URL)); ok {
		return Endpoint{}, tenon.Invalid(in, &in.Body.URL, "url_blocked", "Nothing can be sent to this URL: "+blocked.Reason)
	}
	e := webhook.NewEndpoint(in.Caller, in.Body.URL, time.Now(), in.Body.Events...)
	return shown(e), s.hooks.AddEndpoint(ctx, e)
}

type endpointPath struct {
	Caller tenon.Caller
	ID     string `path:"id" check:"maxLength=64"`
}

func (s *Shop) rotate(ctx context.Context, in *endpointPath) (Endpoint, error) {
	e, err := s.hooks.UpdateEndpoint(ctx, in.Caller, in.ID, func(e *webhook.Endpoint) error {
		e.Rotate(webhook.NewSecret(), time.Now().Add(24*time.Hour))
		return nil
	})
	if errors.Is(err, webhook.ErrNotFound) {
		return Endpoint{}, errNoEndpoint
	}
	return shown(e), err
}

// A Delivery is what customers see of one.
type Delivery struct {
	ID       string          `json:"id"`
	Event    string          `json:"event"`
	Type     string          `json:"type"`
	State    webhook.State   `json:"state"`
	Failure  webhook.Failure `json:"failure,omitempty"` // of the last attempt
	Attempts int             `json:"attempts"`
}

func (s *Shop) deliveries(ctx context.Context, in *endpointPath) ([]Delivery, error) {
	list, err := s.hooks.Deliveries(ctx, in.Caller, in.ID, nil, 100) // see package page for cursors
	if errors.Is(err, webhook.ErrNotFound) {
		return nil, errNoEndpoint
	}
	out := make([]Delivery, len(list))
	for i, d := range list {
		out[i] = Delivery{ID: d.ID, Event: d.Event, Type: d.Type, State: d.State}
		for _, a := range d.Attempts {
			out[i].Attempts, out[i].Failure = a.Number, a.Failure
		}
	}
	return out, err
}

func (s *Shop) replay(ctx context.Context, in *endpointPath) (tenon.NoContent, error) {
	err := s.hooks.Replay(ctx, in.Caller, in.ID, time.Now())
	s.sender.Wake()
	return tenon.NoContent{}, err
}
