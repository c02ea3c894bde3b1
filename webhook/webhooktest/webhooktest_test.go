package webhooktest_test

import (
	"context"
	"testing"

	"github.com/tenonapi/tenon/webhook"
	"github.com/tenonapi/tenon/webhook/webhooktest"
)

type memory struct{ webhook.Memory }

func (m *memory) InTx(ctx context.Context, f func(context.Context, webhooktest.Tx) error) error {
	tx := m.Begin()
	if err := f(ctx, tx); err != nil {
		return err
	}
	tx.Commit()
	return nil
}

func TestMemory(t *testing.T) {
	webhooktest.Run(t, func(*testing.T) webhooktest.Backend { return new(memory) })
}
