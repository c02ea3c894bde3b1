package main

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/webhook"

	"github.com/tenonapi/tenon/services/harbor"
)

// webhooks say where events may be sent, and where those of the merchant demo are.
type webhooks struct {
	guard  webhook.Guard
	url    string         // of an endpoint of the merchant demo; empty means that it has those that it registers
	secret webhook.Secret // of that endpoint
	signed bool           // whether there is a secret, be it malformed
}

// define defines the flags.
func (w *webhooks) define(s *settings) {
	s.add("webhook-allow", "", "`networks` to which events may be sent although they are private, by http and on all ports too, separated by commas, such as 10.1.0.0/16", w.allow)
	s.text(&w.url, "webhook-url", "", "`URL` to which events of the merchant demo are sent, beside those that it registers")
	s.add("webhook-secret", "", "`secret` that signs what is sent to --webhook-url, whsec_… with 24 to 64 bytes in base64; other users of the machine can read flags, not HARBOR_WEBHOOK_SECRET", func(text string) (err error) {
		w.signed = true
		w.secret, err = webhook.ParseSecret(text)
		return err
	})
}

func (w *webhooks) allow(text string) error {
	var errs []error
	w.guard.Allow = nil
	for part := range strings.SplitSeq(text, ",") {
		network, err := netip.ParsePrefix(strings.TrimSpace(part))
		if err != nil {
			errs = append(errs, fmt.Errorf("%q: want a network such as 10.1.0.0/16 or fd00::/8", part))
			continue
		}
		w.guard.Allow = append(w.guard.Allow, network)
	}
	return errors.Join(errs...)
}

// check reports mistakes that the flags have together.
func (w *webhooks) check() error {
	if (w.url != "") != w.signed {
		return errors.New("--webhook-url and --webhook-secret need each other")
	}
	if w.url == "" {
		return nil
	}
	if blocked, ok := errors.AsType[*webhook.BlockedError](w.guard.CheckURL(w.url)); ok {
		return fmt.Errorf("--webhook-url: nothing can be sent there: %s; see --webhook-allow", blocked.Reason)
	}
	return nil
}

// register sees to it that the merchant demo has an endpoint with the URL and the secret
// that are configured. Another secret takes the place of the one it had, at once.
func (w *webhooks) register(ctx context.Context, endpoints webhook.Registry) error {
	if w.url == "" {
		return nil
	}
	e := webhook.NewEndpoint(tenon.Caller(harbor.Demo.ID), w.url, time.Now())
	e.ID, e.Secret = endpointID(w.url), w.secret
	if old, err := endpoints.Endpoint(ctx, e.Owner, e.ID); err == nil && old.URL == w.url && old.Secret.Reveal() == w.secret.Reveal() {
		return nil // so that a service starts on a full disk
	}
	update := func() error {
		_, err := endpoints.UpdateEndpoint(ctx, e.Owner, e.ID, func(old *webhook.Endpoint) error {
			if old.URL = w.url; old.Secret.Reveal() != w.secret.Reveal() {
				old.Rotate(w.secret, time.Time{})
			}
			return nil
		})
		return err
	}
	err := update()
	if errors.Is(err, webhook.ErrNotFound) {
		err = endpoints.AddEndpoint(ctx, e)
		if err != nil && update() == nil { // another process was faster
			return nil
		}
	}
	if err != nil {
		return fmt.Errorf("--webhook-url: %w", err)
	}
	return nil
}

// endpointID is the same for a URL whenever and wherever a process starts.
func endpointID(url string) string {
	sum := sha256.Sum256([]byte(url))
	return "ep_" + base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:16])
}
