package main

import (
	"context"
	"os"
	"syscall"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/adapters/sqlitestore"
)

// member says of what embeds it that it belongs to the transaction.
type member struct{}

func (member) Transactional() {}

// inside gives operations a value that pretends to belong to the transaction.
func inside[T any](v T) tenon.Option {
	return tenon.Provide(func(context.Context, *struct{ _ *sqlitestore.Tx }) (T, error) { return v, nil })
}

// later is what is to be done when the transaction of a request is over.
type later struct{ do []func(context.Context) error }

type laterKey struct{}

// afterwards puts off what should be done now.
func afterwards(ctx context.Context, do func(context.Context) error) error {
	l := ctx.Value(laterKey{}).(*later)
	l.do = append(l.do, do)
	return nil
}

// around runs a request, and what it has put off.
func around(ctx context.Context, _ *struct{}, c *tenon.Call) error {
	l := new(later)
	if err := c.Next(context.WithValue(ctx, laterKey{}, l)); err != nil {
		return err
	}
	die()
	for _, do := range l.do {
		if err := do(ctx); err != nil {
			return err
		}
	}
	return nil
}

// die kills the process if it is told to.
func die() {
	if os.Remove(os.Getenv("DIE")) == nil {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}
