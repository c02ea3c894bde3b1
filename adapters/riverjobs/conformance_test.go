package riverjobs_test

import (
	"testing"

	"github.com/tenonapi/tenon/adapters/riverjobs"
	"github.com/tenonapi/tenon/jobs"
	"github.com/tenonapi/tenon/jobs/jobstest"
)

func TestPostgres(t *testing.T) {
	jobstest.Run(t, func(t *testing.T, cfg jobs.Config) jobstest.Backend {
		return migrate(t, postgres(t)).runner(t, riverjobs.Config{Config: cfg})
	})
}

func TestSQLite(t *testing.T) {
	jobstest.Run(t, func(t *testing.T, cfg jobs.Config) jobstest.Backend {
		return migrate(t, sqlite(t)).runner(t, riverjobs.Config{Config: cfg})
	})
}

func TestSQLiteStore(t *testing.T) {
	jobstest.Run(t, func(t *testing.T, cfg jobs.Config) jobstest.Backend {
		_, s := requests(t)
		return s.runner(t, riverjobs.Config{Config: cfg})
	})
}
