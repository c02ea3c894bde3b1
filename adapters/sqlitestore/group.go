package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/tenonapi/tenon/problem"
)

// A group is the transactions, one after another, that one commit ends: each is a savepoint in one
// transaction of SQLite. Those that wait for the writer when the first of them is done are in it; one
// that nobody waits behind is alone.
type group struct {
	since time.Time
	size  int
	done  chan struct{} // closed when the group has ended
	err   error         // why nothing of it was committed
}

// Limits of a group. One that reaches them takes no more members.
const (
	maxMembers = 32
	maxAge     = 5 * time.Millisecond
)

func (g *group) full() bool { return g.size >= maxMembers || time.Since(g.since) > maxAge }

// errUndone ends a group whose only member wants nothing committed.
var errUndone = errors.New("sqlitestore: rolled back")

// join begins a transaction in the group of the writer, or in a new one.
func (w *writer) join(ctx context.Context, pool *sql.DB) error {
	if w.group == nil {
		if err := w.begin(ctx, pool); err != nil {
			return err
		}
		w.group = &group{since: time.Now(), done: make(chan struct{})}
	}
	w.group.size++
	err := w.run(context.WithoutCancel(ctx), savepoint)
	if err != nil {
		w.end(err)
	}
	return err
}

// settle ends a transaction, whose writes are kept or undone. It returns when its group has ended, with
// why nothing was committed. One that is undone waits as well: it may have read what others
// of the group have written.
//
// Who has settled lets others write and stands in line again: a channel serves in order. Who gets the writer back
// ends the group, for all that were waiting are in it then.
func (s *Store) settle(w *writer, keep bool) error {
	g := w.group
	if !keep && g.size == 1 {
		w.end(errUndone)
		s.turn <- w
		return nil
	}
	if err := w.leave(keep); err != nil {
		w.end(err)
	}
	if w.group == g && !g.full() {
		s.turn <- w
		select {
		case <-g.done:
			return g.err
		case w = <-s.turn: // which has another group, or none, if g has ended as well
		}
	}
	if w.group == g {
		w.end(nil)
	}
	s.turn <- w
	return g.err
}

// leave ends the savepoint. It fails when there is none, for then SQLite has rolled back everything: what
// follows would be a transaction without what came before.
func (w *writer) leave(keep bool) error {
	if !keep {
		if err := w.run(context.Background(), undo); err != nil {
			return err
		}
	}
	return w.run(context.Background(), release)
}

// end commits what the group has written, or rolls it back because of err, and tells its members. When there are
// several, they may try again: the error may be another's.
func (w *writer) end(err error) {
	g := w.group
	if err == nil {
		err = w.run(context.Background(), commit) // without a time: an interrupted commit has taken place or not
	}
	if err != nil && w.run(context.Background(), rollback) != nil {
		w.drop()
	}
	if g.err = plain(err); err != nil && g.size > 1 {
		if _, ok := errors.AsType[*problem.Error](g.err); !ok {
			g.err = answered(errUnavailable, fmt.Errorf("in one commit with others: %w", g.err))
		}
	}
	w.group = nil
	close(g.done)
}
