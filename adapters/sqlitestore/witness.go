package sqlitestore

import (
	"context"
	"database/sql"
)

// A version is a state of the file, as one connection counts them.
type version struct{ connection, number int64 }

// A witness is a connection that tells versions.
type witness struct {
	direct
	last version
}

// version returns the newest version, unless another goroutine is asking for it, that fails or ctx is done.
func (r *Reader) version(ctx context.Context) (v version, ok bool) {
	if ctx.Err() != nil { // which says nothing of the witness
		return v, false
	}
	select {
	case w := <-r.witness:
		defer func() { r.witness <- w }()
		if err := w.look(ctx, r.own); err != nil {
			w.close() // another one counts otherwise
			return v, false
		}
		return w.last, true
	default:
		return v, false
	}
}

// look makes last the newest version.
func (w *witness) look(ctx context.Context, pool *sql.DB) error {
	if w.conn == nil {
		w.last.connection++
	}
	if err := w.open(ctx, pool); err != nil {
		return err
	}
	row, err := w.first("PRAGMA data_version", nil)
	if err != nil {
		return err
	}
	return found(row).scan([]any{&w.last.number})
}
