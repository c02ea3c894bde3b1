package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/problem"
)

// The errors of a [Receiver], as senders see them.
var (
	errHeader    = problem.New(http.StatusBadRequest, "webhook_invalid", "The headers of a webhook are missing or malformed")
	errUnread    = problem.New(http.StatusBadRequest, "webhook_unread", "The body could not be read")
	errSignature = problem.New(http.StatusForbidden, "webhook_signature", "No signature fits the message")
	errTimestamp = problem.New(http.StatusForbidden, "webhook_timestamp", "The message is too old or from the future")
	errLarge     = problem.New(http.StatusRequestEntityTooLarge, "webhook_too_large", "The message is too large")
	errStore     = problem.New(http.StatusInternalServerError, "", "")
	errProgress  = &problem.Error{
		Status: http.StatusConflict, Code: "webhook_in_progress", Title: "The event is being received",
		Header: http.Header{"Retry-After": {"5"}},
	}
)

// ReceiverConfig configures a [Receiver].
type ReceiverConfig struct {
	Secrets []Secret         // of the sender, the new and the old one while they are rotated; required
	Seen    Seen             // nil means a [SeenMemory]
	MaxBody int              // bytes of a message; 0 means [MaxBody]
	Now     func() time.Time // clock; nil means time.Now
}

// A Receiver lets through messages that are signed, recent and new. It is safe for concurrent use.
type Receiver struct{ cfg ReceiverConfig }

// NewReceiver returns a Receiver, or one error that joins everything wrong with cfg.
func NewReceiver(cfg ReceiverConfig) (*Receiver, error) {
	cfg.Secrets = slices.Clone(cfg.Secrets)
	if cfg.MaxBody == 0 {
		cfg.MaxBody = MaxBody
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Seen == nil {
		cfg.Seen = NewSeenMemory(SeenConfig{Now: cfg.Now})
	}
	var errs []error
	if len(cfg.Secrets) == 0 {
		errs = append(errs, errors.New("webhook.ReceiverConfig.Secrets is empty"))
	}
	for i, s := range cfg.Secrets {
		if s.IsZero() {
			errs = append(errs, fmt.Errorf("webhook.ReceiverConfig.Secrets[%d] is no secret", i))
		}
	}
	if cfg.MaxBody < 0 {
		errs = append(errs, fmt.Errorf("webhook.ReceiverConfig.MaxBody is %d: want more than 0", cfg.MaxBody))
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return &Receiver{cfg}, nil
}

// Option makes an operation receive messages, with their JSON as its typed body.
func (rc *Receiver) Option() tenon.Option {
	return tenon.Options(
		tenon.Middleware(rc.Wrap), tenon.Guard(documented),
		tenon.Errors(errHeader, errUnread, errSignature, errTimestamp, errLarge, errProgress),
		tenon.Describe(http.StatusNoContent, "The event was received before"),
		tenon.DescribeHeader("Retry-After", "Seconds until the event can be sent again", http.StatusConflict),
	)
}

// Headers are those of a message, for the input of an operation that a [Receiver] guards:
//
//	type orderCreated struct {
//		webhook.Headers
//		Body OrderCreated
//	}
type Headers struct {
	ID        string `header:"Webhook-Id" doc:"Names the event, the same each time it is sent"`
	Timestamp int64  `header:"Webhook-Timestamp" doc:"When the message was sent, in seconds since 1970"`
	Signature string `header:"Webhook-Signature" doc:"Signatures of the message, separated by spaces"`
}

// documented puts the headers into the document. Wrap has checked them.
func documented(context.Context, *Headers) error { return nil }

// Wrap returns a handler that passes messages on to next, which finds the whole body in the
// request. What comes again after next has answered it with a status of 2xx is answered with
// 204; what comes again while next is at work, with 409. After any other status, and after a panic,
// the event counts as not received.
func (rc *Receiver) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, refusal := rc.read(w, r)
		if refusal != nil {
			problem.Write(w, r, refusal)
			return
		}
		id, err := Verify(r.Header, body, rc.cfg.Now(), rc.cfg.Secrets...)
		if err != nil {
			problem.Write(w, r, refusalOf(err))
			return
		}
		end, err := rc.cfg.Seen.Begin(r.Context(), id)
		switch {
		case errors.Is(err, ErrSeen):
			w.WriteHeader(http.StatusNoContent)
			return
		case err != nil:
			problem.Write(w, r, refusalOf(err))
			return
		}
		answer := &statusWriter{ResponseWriter: w}
		received := false
		defer func() { end(received) }()
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(answer, r)
		received = answer.status >= 200 && answer.status <= 299 || answer.status == 0 // nothing written is 200
	})
}

func (rc *Receiver) read(w http.ResponseWriter, r *http.Request) ([]byte, *problem.Error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, int64(rc.cfg.MaxBody)))
	switch {
	case is[*http.MaxBytesError](err):
		return nil, errLarge
	case err != nil:
		return nil, errUnread.With(err)
	}
	return body, nil
}

func refusalOf(err error) *problem.Error {
	switch {
	case errors.Is(err, ErrHeader):
		return errHeader
	case errors.Is(err, ErrSignature):
		return errSignature
	case errors.Is(err, ErrTimestamp):
		return errTimestamp
	case errors.Is(err, ErrInProgress):
		return errProgress
	}
	return errStore.With(fmt.Errorf("remember a webhook: %w", err))
}

// statusWriter remembers the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements [http.ResponseWriter].
func (w *statusWriter) WriteHeader(status int) {
	if w.status < 200 { // what comes before is informational
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (w *statusWriter) Write(p []byte) (int, error) {
	if w.status < 200 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap lets [http.ResponseController] find the writer inside.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
