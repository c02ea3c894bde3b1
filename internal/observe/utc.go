package observe

import (
	"context"
	"log/slog"
)

// UTC returns a handler that passes records on to h with their time in UTC.
func UTC(h slog.Handler) slog.Handler { return utc{h} }

type utc struct{ slog.Handler }

// Handle implements [slog.Handler].
func (h utc) Handle(ctx context.Context, r slog.Record) error {
	r.Time = r.Time.UTC()
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements [slog.Handler].
func (h utc) WithAttrs(attrs []slog.Attr) slog.Handler { return utc{h.Handler.WithAttrs(attrs)} }

// WithGroup implements [slog.Handler].
func (h utc) WithGroup(name string) slog.Handler { return utc{h.Handler.WithGroup(name)} }
