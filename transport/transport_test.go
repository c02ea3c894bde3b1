package transport_test

import (
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/transport"
)

func TestParams(t *testing.T) {
	var p transport.Params
	assert.Equal(t, p.Len(), 0)
	for range transport.MaxParams {
		p.Push("v")
	}
	assert.Equal(t, p.Len(), transport.MaxParams)
	p.Truncate(1)
	p.Push("second")
	assert.Equal(t, p.Len(), 2)
	assert.Equal(t, p.At(0)+" "+p.At(1), "v second")
	p.Reset()
	assert.Equal(t, p, transport.Params{})
}
