// Package idempotency makes operations safe to repeat: a request with an
// Idempotency-Key that was answered before gets the stored answer again.
//
// The answer of a success is saved by a [Records] that is bound to the handler's own
// transaction, so that what the handler did and the answer are committed together
// or not at all. While a request runs, others with its key are refused at once: those of
// its process by [Store.Lock], those of other processes by [Records.Claim]. Declared
// errors below 500 are saved on their own, after the rollback; other errors and requests
// that were refused before the handler are not, so that they can be repeated with the
// same key.
//
// Source: draft-ietf-httpapi-idempotency-key-header-07.
package idempotency

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/problem"
)

// ErrExists reports that a record with the same owner, operation and key is there
// already and has not expired. Nothing was saved.
var ErrExists = errors.New("idempotency: the key is recorded already")

// ErrInFlight reports a key whose first request is still running.
var ErrInFlight = errors.New("idempotency: the key is in use by a running request")

// HeaderReplayed marks an answer that was stored.
const HeaderReplayed = "Idempotency-Replayed"

// A Record is an answer and what it was the answer to.
type Record struct {
	Owner       string   // the caller, see [tenon.Caller]
	Operation   string   // method and path template, such as "POST /v1/orders"
	Key         string   // what the client sent, 1 to 255 characters
	Fingerprint [32]byte // of the decoded input
	Status      int
	Header      http.Header // chosen ones
	Body        []byte
	At          time.Time // when it was answered
	Expires     time.Time // when the key becomes a new one
}

// A Store keeps records outside of transactions. It is safe for concurrent use.
type Store interface {
	// Find returns a record, expired or not, or nil when there is none.
	Find(ctx context.Context, owner, operation, key string) (*Record, error)
	// Lock takes a key among the users of this Store until unlock is called, or returns
	// an error that wraps [ErrInFlight] at once. It holds no connection: see [Locks].
	Lock(ctx context.Context, owner, operation, key string) (unlock func(), err error)
	// Save saves an answer without effects, as [Records] does.
	Save(ctx context.Context, r Record) error
	// Purge deletes up to limit records that expired before a time, and returns how many.
	Purge(ctx context.Context, before time.Time, limit int) (int, error)
}

// Records saves answers in the transaction of the handler, to which it is bound.
type Records interface {
	// Claim takes a key among all users of the database until the transaction ends, or
	// returns an error that wraps [ErrInFlight] at once. It is called before the handler.
	// Where only one process writes, there is nothing to do: two claims may succeed, and
	// then one Save fails.
	Claim(ctx context.Context, owner, operation, key string) error
	// Save saves r in place of one that expired before r.At. It returns an error that
	// wraps [ErrExists] when there is another.
	Save(ctx context.Context, r Record) error
	// Transactional does nothing: it makes New refuse what no scope gives, see [tenon.Scoped].
	Transactional()
}

// Config configures [Require].
type Config struct {
	ReplayStatus int              // of a stored success that is sent again; 0 means the status it had
	TTL          time.Duration    // for which a key is kept; 0 means 24 h, less is a mistake
	Headers      []string         // stored with an answer besides Content-Type and Location
	Now          func() time.Time // clock; nil means time.Now
}

// The errors of the package, as clients see them.
var (
	errReused   = problem.New(http.StatusUnprocessableEntity, "idempotency_key_reused", "Idempotency key was used with another payload")
	errInFlight = &problem.Error{
		Status: http.StatusConflict, Code: "idempotency_key_in_use", Title: "Idempotency key is in use by a running request",
		Header: http.Header{"Retry-After": {"1"}},
	}
)

const minTTL = 24 * time.Hour

// Require makes an operation take the header Idempotency-Key. It needs providers of
// [tenon.Caller], whose keys are its own, of a [Store], and of a [Records] that comes
// from the scope of the handler's transaction.
//
// The handler must do its work in that scope, and other stages must come before
// Require, so that they are not part of the transaction.
func Require(cfg Config) tenon.Option {
	p := policy{cfg}
	if p.TTL == 0 {
		p.TTL = minTTL
	}
	if p.Now == nil {
		p.Now = time.Now
	}
	opts := []tenon.Option{tenon.Around(p.outer, tenon.Errors(errReused, errInFlight)), tenon.Around(p.inner),
		tenon.DescribeHeader("Retry-After", "Seconds after which to ask again", http.StatusConflict)}
	if cfg.ReplayStatus != 0 {
		opts = append(opts, tenon.Describe(cfg.ReplayStatus, "The stored answer to an earlier request with the same key"),
			tenon.DescribeHeader(HeaderReplayed, "true", cfg.ReplayStatus))
	}
	if p.TTL < minTTL {
		opts = append(opts, tenon.Mistake(fmt.Errorf("idempotency.Config.TTL is %v: want 24h or more", p.TTL)))
	}
	return tenon.Options(opts...)
}

type policy struct{ Config }

// keyed is what both stages know of a request.
type keyed struct {
	Key    Key `header:"Idempotency-Key" status:"400" doc:"Names this request, so that a repeated one has no second effect: 1 to 255 visible ASCII characters" example:"8e03978e-40d5-43e8-bc93-6894a57f9324"`
	Caller tenon.Caller
}

// WholeAnswers makes New refuse an operation with a streamed answer, which cannot be stored:
// see [tenon.Around].
func (keyed) WholeAnswers() {}

func (in *keyed) record(c *tenon.Call) (r Record, err error) {
	op := c.Operation()
	r = Record{Owner: string(in.Caller), Operation: op.Method + " " + op.Path, Key: string(in.Key)}
	r.Fingerprint, err = c.Fingerprint()
	return r, err
}

// outer holds the key, and answers in place of the handler when there is a record.
func (p *policy) outer(ctx context.Context, in *struct {
	keyed
	Store Store
}, c *tenon.Call) error {
	asked, err := in.record(c)
	if err != nil {
		return err
	}
	unlock, err := in.Store.Lock(ctx, asked.Owner, asked.Operation, asked.Key)
	if errors.Is(err, ErrInFlight) {
		return errInFlight.With(err)
	}
	if err != nil {
		return fmt.Errorf("lock the idempotency key: %w", err)
	}
	defer unlock()
	if done, err := p.replay(ctx, in.Store, asked, c); done || err != nil {
		return err
	}
	err = c.Next(ctx)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrInFlight):
		return errInFlight.With(err)
	case errors.Is(err, ErrExists):
		return p.answerOfOther(ctx, in.Store, asked, c, err)
	}
	a, declared := c.Failure(err)
	if !declared || a.Status >= http.StatusInternalServerError || errors.Is(err, context.Canceled) {
		return err
	}
	saveErr := in.Store.Save(ctx, p.answered(asked, a))
	switch {
	case errors.Is(saveErr, ErrExists):
		return p.answerOfOther(ctx, in.Store, asked, c, err)
	case saveErr != nil:
		return fmt.Errorf("save the answer of an idempotency key: %w (to %v)", saveErr, err)
	}
	return err
}

// answerOfOther answers what another process has saved since we looked, and returns
// err if it is gone.
func (p *policy) answerOfOther(ctx context.Context, store Store, asked Record, c *tenon.Call, err error) error {
	done, replayErr := p.replay(ctx, store, asked, c)
	if !done && replayErr == nil {
		return err
	}
	return replayErr
}

// inner claims the key in the transaction of the handler, and saves its answer there.
func (p *policy) inner(ctx context.Context, in *struct {
	keyed
	Records Records
}, c *tenon.Call) error {
	asked, err := in.record(c)
	if err != nil {
		return err
	}
	if err := in.Records.Claim(ctx, asked.Owner, asked.Operation, asked.Key); err != nil {
		return fmt.Errorf("claim the idempotency key: %w", err)
	}
	if err := c.Next(ctx); err != nil {
		return err
	}
	if err := in.Records.Save(ctx, p.answered(asked, c.Answer())); err != nil {
		return fmt.Errorf("save the answer with its idempotency key: %w", err)
	}
	return nil
}

// replay answers with the record of what was asked, if there is one.
func (p *policy) replay(ctx context.Context, store Store, asked Record, c *tenon.Call) (done bool, err error) {
	r, err := store.Find(ctx, asked.Owner, asked.Operation, asked.Key)
	switch {
	case err != nil:
		return false, fmt.Errorf("find the idempotency key: %w", err)
	case r == nil || !p.Now().Before(r.Expires):
		return false, nil
	case r.Fingerprint != asked.Fingerprint:
		return false, errReused
	}
	a := tenon.Answer{Status: r.Status, Header: r.Header.Clone(), Body: r.Body}
	if a.Header == nil {
		a.Header = make(http.Header)
	}
	a.Header.Set(HeaderReplayed, "true")
	if p.ReplayStatus != 0 && r.Status < http.StatusBadRequest {
		a.Status = p.ReplayStatus
	}
	c.Reply(a)
	return true, nil
}

// answered returns the record of an answer.
func (p *policy) answered(asked Record, a *tenon.Answer) Record {
	asked.Status, asked.Body = a.Status, slices.Clone(a.Body)
	asked.Header = make(http.Header)
	for _, name := range append([]string{"Content-Type", "Location"}, p.Headers...) {
		if values := a.Header.Values(name); len(values) > 0 {
			asked.Header[http.CanonicalHeaderKey(name)] = slices.Clone(values)
		}
	}
	asked.At = p.Now()
	asked.Expires = asked.At.Add(p.TTL)
	return asked
}

// A Key is the value of the header Idempotency-Key. Sent in quotes, as the
// draft has it, or bare, as everybody sends it, it is the same key.
// Source: RFC 8941, section 3.3.3.
type Key string

// Check returns the rules of a key as it is sent: quotes and backslashes of the quoted form do
// not count among its 255 characters.
func (Key) Check() string {
	return `minLength=1,maxLength=512,pattern='^(?:[!-~]{1,255}|"(?:[!#-\[\]-~]|\\["\\]){1,255}")$'`
}

var errEmptyKey = errors.New("an idempotency key has at least one character")

// UnmarshalText implements [encoding.TextUnmarshaler].
func (k *Key) UnmarshalText(text []byte) error {
	s := string(text)
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		s = unescape.Replace(s[1 : len(s)-1])
	}
	if s == "" {
		return errEmptyKey
	}
	*k = Key(s)
	return nil
}

var unescape = strings.NewReplacer(`\\`, `\`, `\"`, `"`)

// MarshalText implements [encoding.TextMarshaler].
func (k Key) MarshalText() ([]byte, error) { return []byte(k), nil }
