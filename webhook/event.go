package webhook

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/schema"
)

// MaxBody is the largest body of an event in bytes. Standard Webhooks advises to stay
// under 20 KB: send identifiers of what is larger.
const MaxBody = 256 << 10

// ErrTooLarge reports a payload that makes a body of more than [MaxBody] bytes.
var ErrTooLarge = errors.New("webhook: the payload is too large")

// An Outbox publishes events in the transaction to which it is bound: nobody hears of
// what was rolled back, and nothing is lost that was committed.
type Outbox interface {
	// Publish tells those who want events of a type, such as order.created, what has happened.
	// The payload is encoded at once, as answers are. It returns [ErrTooLarge], and other
	// errors for a type that is not known and a payload that is not its own.
	Publish(ctx context.Context, typ string, payload any) error
	// Transactional does nothing: it makes New refuse what no scope gives, see [tenon.Scoped].
	Transactional()
}

// Events takes events in the transaction to which it is bound.
type Events interface {
	// Append saves e and a pending delivery, due at e.At, for each endpoint of e.Owner
	// that [Endpoint.Wants] it.
	Append(ctx context.Context, e Event) error
	// Transactional does nothing: it makes New refuse what no scope gives, see [tenon.Scoped].
	Transactional()
}

// An Event is something that has happened. It never changes.
type Event struct {
	ID    string       // such as msg_…, the webhook-id of each delivery
	Owner tenon.Caller // whose endpoints get it
	Type  string
	At    time.Time // when it happened, in UTC to the microsecond
	Body  []byte    // what is sent, byte for byte
}

// PublisherConfig configures a [Publisher].
type PublisherConfig struct {
	// Types has a value of what each type of event carries, such as
	// {"order.created": Order{}}; required. Nothing else can be published.
	Types  map[string]any
	Schema *schema.Set      // knows what is in payloads, such as unions; nil means a set with defaults
	Now    func() time.Time // clock; nil means time.Now
}

// A Publisher makes events. It is safe for concurrent use.
type Publisher struct {
	types map[string]carried
	now   func() time.Time
}

// carried is the plan of what a type of event carries, in the body of a message.
type carried struct {
	payload reflect.Type
	message reflect.Type // a struct of Headers and a Body
	body    *schema.Field
}

// NewPublisher returns a Publisher, or one error that joins everything wrong with cfg.
func NewPublisher(cfg PublisherConfig) (*Publisher, error) {
	p := &Publisher{types: make(map[string]carried), now: cfg.Now}
	if p.now == nil {
		p.now = time.Now
	}
	set := cfg.Schema
	if set == nil {
		set = schema.NewSet(schema.Config{})
	}
	var errs []error
	if len(cfg.Types) == 0 {
		errs = append(errs, errors.New("webhook.PublisherConfig.Types is empty"))
	}
	for _, typ := range slices.Sorted(maps.Keys(cfg.Types)) {
		c, err := carry(set, typ, cfg.Types[typ])
		if err != nil {
			errs = append(errs, fmt.Errorf("webhook.PublisherConfig.Types[%q]: %v", typ, err))
		}
		p.types[typ] = c
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return p, nil
}

const maxType = 128

var (
	eventType    = regexp.MustCompile(`^\w+(\.\w+)*$`)
	errEventType = errors.New("want words of letters, digits and underscores with full stops between them, 128 bytes at most")
	errNoPayload = errors.New("want a value of what it carries, got nil")
)

func carry(set *schema.Set, typ string, value any) (c carried, err error) {
	if len(typ) > maxType || !eventType.MatchString(typ) {
		return c, errEventType
	}
	if value == nil {
		return c, errNoPayload
	}
	c.payload = reflect.TypeOf(value)
	c.message = reflect.StructOf([]reflect.StructField{
		{Name: "Headers", Type: reflect.TypeFor[Headers](), Anonymous: true},
		{Name: "Body", Type: bodyOf(typ, c.payload)},
	})
	c.body, err = set.Field(c.message, []int{1})
	if err != nil {
		return c, err
	}
	return c, c.body.Output()
}

// bodyOf returns the type of the body of a message.
// Source: Standard Webhooks, section "Payload structure".
func bodyOf(typ string, payload reflect.Type) reflect.Type {
	return reflect.StructOf([]reflect.StructField{
		{Name: "Type", Type: reflect.TypeFor[string](), Tag: reflect.StructTag(`json:"type" check:"const=` + typ + `"`)},
		{Name: "Timestamp", Type: reflect.TypeFor[time.Time](), Tag: `json:"timestamp" doc:"When it happened"`},
		{Name: "Data", Type: payload, Tag: `json:"data"`},
	})
}

// Types returns the types of events, sorted.
func (p *Publisher) Types() []string { return slices.Sorted(maps.Keys(p.types)) }

// Option gives operations an [Outbox] for events of the [tenon.Caller]. It needs a provider of
// that, and one of [Events] that comes from the scope of the handler's transaction. The
// document shows all events.
func (p *Publisher) Option() tenon.Option {
	type bound struct {
		Owner tenon.Caller
		To    Events
	}
	opts := []tenon.Option{
		tenon.Provide(func(_ context.Context, in *bound) (Outbox, error) { return p.Outbox(in.Owner, in.To), nil }),
	}
	for typ, c := range p.types {
		opts = append(opts, tenon.Webhook(typ, documentation, reflect.Zero(c.message).Interface()))
	}
	return tenon.Options(opts...)
}

const documentation = "Sent by [Standard Webhooks](https://www.standardwebhooks.com) until the answer is 2xx, each time with the same `Webhook-Id`."

// Outbox returns the Outbox for events of an owner in the transaction of to, where
// [Publisher.Option] is not: in what no request has asked for, or for another owner.
func (p *Publisher) Outbox(owner tenon.Caller, to Events) Outbox { return outbox{p, owner, to} }

type outbox struct {
	*Publisher
	owner tenon.Caller
	to    Events
}

// Transactional implements [Outbox].
func (outbox) Transactional() {}

// Publish implements [Outbox].
func (o outbox) Publish(ctx context.Context, typ string, payload any) error {
	e, err := o.event(o.owner, typ, payload)
	if err != nil {
		return fmt.Errorf("webhook: publish %q: %w", typ, err)
	}
	if err := o.to.Append(ctx, e); err != nil {
		return fmt.Errorf("webhook: publish %s: %w", typ, err)
	}
	return nil
}

// event makes an event of a payload.
func (p *Publisher) event(owner tenon.Caller, typ string, payload any) (Event, error) {
	c, ok := p.types[typ]
	if !ok {
		return Event{}, errors.New("it is none of PublisherConfig.Types")
	}
	if got := reflect.TypeOf(payload); got != c.payload {
		return Event{}, fmt.Errorf("it carries %v, not %v", c.payload, got)
	}
	e := Event{ID: "msg_" + rand.Text(), Owner: owner, Type: typ, At: stored(p.now())}
	message := reflect.New(c.message)
	body := message.Elem().Field(1)
	body.Field(0).SetString(typ)
	body.Field(1).Set(reflect.ValueOf(e.At))
	body.Field(2).Set(reflect.ValueOf(payload))
	var err error
	if e.Body, err = c.body.AppendJSON(nil, message.Interface()); err != nil {
		return Event{}, err
	}
	if len(e.Body) > MaxBody {
		return Event{}, ErrTooLarge
	}
	return e, nil
}
