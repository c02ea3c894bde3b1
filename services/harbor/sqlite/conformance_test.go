package sqlite_test

import (
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/idempotency/idempotencytest"
)

func TestTheStoreKeepsTheRulesOfIdempotency(t *testing.T) {
	dir := t.TempDir()
	idempotencytest.Run(t, idempotencytest.Config{Open: func(t *testing.T) tenon.Option { return mustOpen(t, dir).Providers() }})
}
