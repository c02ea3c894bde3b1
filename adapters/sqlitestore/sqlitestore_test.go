package sqlitestore_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/adapters/sqlitestore"
	"github.com/tenonapi/tenon/idempotency/idempotencytest"
)

func TestTheStoreKeepsTheRulesOfIdempotency(t *testing.T) {
	cfg := sqlitestore.Config{Path: filepath.Join(t.TempDir(), "test.db")}
	idempotencytest.Run(t, idempotencytest.Config{Open: func(t *testing.T) tenon.Option { return open(t, cfg).Providers() }})
}

func TestOpenReportsEveryMistake(t *testing.T) {
	s, err := sqlitestore.Open(t.Context(), sqlitestore.Config{MaxConns: -1, AcquireTimeout: -time.Second, StatementTimeout: time.Microsecond})
	const want = "sqlitestore.Config: Path is empty\nsqlitestore.Config: MaxConns is -1, want 0 or more\n" +
		"sqlitestore.Config: AcquireTimeout is -1s, want 1ms or more, or 0 for 5s\nsqlitestore.Config: StatementTimeout is 1µs, want 1ms or more, or 0 for 10s"
	if s != nil || err == nil || err.Error() != want {
		t.Errorf("Open = %v, error\n%v, want\n%s", s, err, want)
	}
}
