package e2e_test

import (
	"database/sql"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // to look at the database that is left

	"github.com/tenonapi/tenon/adapters/pgstore/pgtest"
	"github.com/tenonapi/tenon/e2e/internal/judge"
	"github.com/tenonapi/tenon/internal/assert"
)

func TestFaultsOnPostgreSQL(t *testing.T) {
	t.Parallel()
	program, err := harborProgram()
	assert.NoError(t, err)
	server, err := pgtest.StartOwn(t.Context())
	if err != nil {
		pgtest.Missing(t, err)
	}
	t.Cleanup(func() { assert.NoError(t, server.Close()) })
	address, _, err := server.Database(t.Context())
	assert.NoError(t, err)
	r := startReceiver(t, failing)
	v := startVictim(t, program, append(r.env(), "HARBOR_DATABASE_URL="+address), "serve")
	v.away = func(pause time.Duration) error {
		if err := server.Crash(); err != nil {
			return err
		}
		<-time.After(pause)
		return server.Restart(t.Context())
	}
	v.bear(faultLoad(), r)
	t.Logf("ready %v after the database at the latest", v.recovery.Round(time.Millisecond))
	if v.recovery > judge.Recover {
		t.Errorf("ready %v after the database, want %v at most", v.recovery, judge.Recover)
	}

	db, err := sql.Open("pgx", address)
	assert.NoError(t, err)
	defer db.Close()
	v.count(db)
}
