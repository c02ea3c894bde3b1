package jobstest_test

import (
	"context"
	"testing"

	"github.com/tenonapi/tenon/jobs"
	"github.com/tenonapi/tenon/jobs/jobstest"
)

type memory struct{ *jobs.Memory }

func (m memory) InTx(ctx context.Context, f func(context.Context, jobs.Queue) error) error {
	tx := m.Begin()
	if err := f(ctx, tx.Queue()); err != nil {
		return err
	}
	tx.Commit()
	return nil
}

func TestMemory(t *testing.T) {
	jobstest.Run(t, func(t *testing.T, cfg jobs.Config) jobstest.Backend {
		m, err := jobs.NewMemory(cfg)
		if err != nil {
			t.Fatal(err)
		}
		return memory{m}
	})
}
