package observe_test

import (
	"bytes"
	"log/slog"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/internal/observe"
)

func TestTimesAreInUTC(t *testing.T) {
	var out bytes.Buffer
	h := observe.UTC(slog.NewTextHandler(&out, nil)).WithAttrs([]slog.Attr{slog.Int("n", 1)}).WithGroup("g")
	at := time.Date(2026, 11, 20, 14, 0, 0, 0, time.FixedZone("", 2*60*60))
	r := slog.NewRecord(at, slog.LevelInfo, "hi", 0)
	r.AddAttrs(slog.Int("m", 2))
	assert.NoError(t, h.Handle(t.Context(), r))
	assert.Equal(t, out.String(), "time=2026-11-20T12:00:00.000Z level=INFO msg=hi n=1 g.m=2\n")
	assert.Equal(t, h.Enabled(t.Context(), slog.LevelDebug), false)
}
