package webhook

import (
	"container/list"
	"context"
	"errors"
	"sync"
	"time"
)

var (
	// ErrSeen reports an event that was received before.
	ErrSeen = errors.New("webhook: the event was received before")

	// ErrInProgress reports an event that is being received by another request.
	ErrInProgress = errors.New("webhook: the event is being received")
)

// A Seen remembers which events were received. It is safe for concurrent use.
//
// It keeps what comes twice from being done twice, mostly. To do it exactly once, a receiver
// saves the ID in the transaction in which it acts on the event.
type Seen interface {
	// Begin takes an event unless it was taken before, when it returns an error that wraps
	// [ErrSeen] or [ErrInProgress]. end must be called when the work is done: with false,
	// the event was not received and can come again.
	Begin(ctx context.Context, id string) (end func(received bool), err error)
}

// SeenConfig configures a [SeenMemory].
type SeenConfig struct {
	Max int              // events that are remembered; 0 means 100,000. The oldest are forgotten first
	TTL time.Duration    // for which an event is remembered; 0 means 5 days, longer than senders try
	Now func() time.Time // clock; nil means time.Now
}

// SeenMemory is a [Seen] in the memory of one process, about 200 bytes for each event. It
// is made by [NewSeenMemory].
type SeenMemory struct {
	cfg    SeenConfig
	mu     sync.Mutex
	events map[string]*seenEvent
	order  list.List // of those that were received, the oldest first
}

type seenEvent struct {
	id string
	at time.Time // when it was received; zero means that it is in progress
}

// NewSeenMemory returns an empty SeenMemory. What is in progress is remembered beyond Max.
func NewSeenMemory(cfg SeenConfig) *SeenMemory {
	if cfg.Max <= 0 {
		cfg.Max = 100_000
	}
	if cfg.TTL <= 0 {
		cfg.TTL = 5 * 24 * time.Hour
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &SeenMemory{cfg: cfg, events: make(map[string]*seenEvent)}
}

// Begin implements [Seen].
func (m *SeenMemory) Begin(_ context.Context, id string) (end func(received bool), err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forget(m.cfg.Now())
	switch e := m.events[id]; {
	case e == nil:
	case e.at.IsZero():
		return nil, ErrInProgress
	default:
		return nil, ErrSeen
	}
	e := &seenEvent{id: id}
	m.events[id] = e
	var once sync.Once
	return func(received bool) { once.Do(func() { m.end(e, received) }) }, nil
}

func (m *SeenMemory) end(e *seenEvent, received bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !received {
		delete(m.events, e.id)
		return
	}
	e.at = m.cfg.Now()
	m.order.PushBack(e)
	m.forget(e.at)
}

// forget removes what is too old or too much.
func (m *SeenMemory) forget(now time.Time) {
	for first := m.order.Front(); first != nil; first = m.order.Front() {
		e := first.Value.(*seenEvent)
		if m.order.Len() <= m.cfg.Max && now.Sub(e.at) < m.cfg.TTL {
			return
		}
		m.order.Remove(first)
		delete(m.events, e.id)
	}
}
