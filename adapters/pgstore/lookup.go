package pgstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// A Lookup reads a row that an index finds by a key. Lookups of one [Reader] that are called while others are
// under way wait for those, and go to the server together, in one round trip; those of one key are one query.
// Each sees what was committed before it was called, for none joins a query that was sent.
//
// A query that takes long, or waits for a lock, delays the answers of those that went with it; others do not
// wait for it. It is made by [NewLookup] and safe for concurrent use.
type Lookup[K comparable, V any] struct {
	reader *Reader
	query  string
	args   func(K) []any
	scan   pgx.RowToFunc[V]
	asked  map[K]*sought[V] // that wait, guarded by line.mu
}

// sought is a question and its answer.
type sought[V any] struct {
	question
	value V
}

// NewLookup returns what runs query. args returns its parameters for a key. scan reads the first row into a value,
// which all who have asked for the key share.
func NewLookup[K comparable, V any](r *Reader, query string, args func(K) []any, scan pgx.RowToFunc[V]) *Lookup[K, V] {
	return &Lookup[K, V]{r, query, args, scan, make(map[K]*sought[V])}
}

// Get returns the value of a key, or [pgx.ErrNoRows]. It is bounded by ctx, which does not interrupt what was sent for others,
// too, and by the settings of the store; while the server is away the error is 503 database_unavailable. A panic of
// args or scan is one of Get.
func (l *Lookup[K, V]) Get(ctx context.Context, key K) (value V, err error) {
	if err := ctx.Err(); err != nil {
		return value, fmt.Errorf("pgstore: wait for a lookup: %w", err)
	}
	line := &l.reader.line
	if s := l.join(key); s != nil {
		return l.wait(ctx, s)
	}
	defer line.end()
	err = l.reader.Read(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, l.query, l.args(key)...)
		if err == nil {
			value, err = pgx.CollectOneRow(rows, l.scan)
		}
		return err
	})
	return value, err
}

// join makes the caller one of those who wait for the value of a key, or returns nil if it goes at once.
func (l *Lookup[K, V]) join(key K) *sought[V] {
	line := &l.reader.line
	line.mu.Lock()
	defer line.mu.Unlock() // also after a panic of args
	if line.enter() {
		return nil
	}
	s := l.asked[key]
	if s == nil {
		s = &sought[V]{question: question{query: l.query, args: l.args(key), done: make(chan struct{})}}
		s.read = func(rows pgx.Rows) (err error) {
			s.value, err = pgx.CollectOneRow(rows, l.scan)
			return err
		}
		s.forget = func() { delete(l.asked, key) }
		l.asked[key] = s
		line.wait(&s.question)
	}
	s.askers++
	return s
}

// wait returns the answer, unless its caller leaves before.
func (l *Lookup[K, V]) wait(ctx context.Context, s *sought[V]) (value V, err error) {
	limit := l.reader.cfg.AcquireTimeout + l.reader.cfg.StatementTimeout
	limited, cancel := within(ctx, limit)
	defer cancel()
	select {
	case <-s.done:
		if s.panic != nil {
			panic(s.panic)
		}
		return s.value, s.err
	case <-limited.Done():
	}
	line := &l.reader.line
	line.mu.Lock()
	s.askers--
	line.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return value, fmt.Errorf("pgstore: wait for a lookup: %w", err)
	}
	return value, errUnavailable.With(fmt.Errorf("pgstore: no lookup for %v", limit))
}

// send asks questions together. Those that fail, and who came behind them, it asks once more, each alone, so
// that nobody gets the error of another.
func (r *Reader) send(questions []*question) {
	if len(questions) > 1 {
		questions = r.together(questions)
	}
	for _, q := range questions {
		q.panic = caught(func() {
			q.err = r.Read(context.Background(), func(ctx context.Context, conn *pgx.Conn) error {
				rows, err := conn.Query(ctx, q.query, q.args...)
				if err == nil {
					err = q.read(rows)
				}
				return err
			})
		})
	}
}

// together asks questions in one round trip, and returns those that have no answer. When the connection
// is lost, that is the answer of all.
func (r *Reader) together(questions []*question) []*question {
	lost := true // while there is none
	var err error
	p := caught(func() {
		err = r.Read(context.Background(), func(ctx context.Context, conn *pgx.Conn) (err error) {
			var batch pgx.Batch
			for _, q := range questions {
				batch.Queue(q.query, q.args...)
			}
			lost = false
			results := conn.SendBatch(ctx, &batch)
			defer func() {
				_ = results.Close()
				lost = conn.IsClosed() && !unsendable(err)
			}()
			for len(questions) > 0 {
				rows, err := results.Query()
				if err == nil {
					err = questions[0].read(rows)
				}
				if err != nil && !errors.Is(err, pgx.ErrNoRows) {
					return err
				}
				questions[0].err = err
				questions = questions[1:]
			}
			return nil
		})
	})
	if p != nil || !lost {
		return questions
	}
	for _, q := range questions {
		q.err = err
	}
	return nil
}
