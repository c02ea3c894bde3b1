package observe_test

import (
	"context"
	"errors"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/internal/observe"
)

func TestCauseReachesTheInnermostObserver(t *testing.T) {
	var outer, inner []error
	ctx := observe.WithCauses(t.Context(), func(err error) { outer = append(outer, err) })
	err := errors.New("cause")
	observe.Cause(ctx, err)
	observe.Cause(observe.WithCauses(ctx, func(err error) { inner = append(inner, err) }), err)
	observe.Cause(context.Background(), err) // nobody sees it
	assert.Equal(t, outer, []error{err})
	assert.Equal(t, inner, []error{err})
}
