package tenon_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
)

func TestOptionsReportWhatIsWrongWithTheirArguments(t *testing.T) {
	wrong := errors.New("kit: key is empty")
	got := mistakes(t, func(r *tenon.Router) {
		r.Use(tenon.Mistake(nil), tenon.Mistake(wrong))
		tenon.Get(r, "/", ok[none, int], tenon.Provide(ok[none, item], tenon.Mistake(wrong)))
	})
	assert.Equal(t, got[0], fmt.Sprintf("%s:%d: kit: key is empty", here(), line()-3))
	assert.Contains(t, got[1], fmt.Sprintf("%s:%d: kit: key is empty", here(), line()-3))
	assert.Equal(t, mistakes(t, func(r *tenon.Router) {
		r.Use(tenon.Mistake(nil))
		tenon.Get(r, "/", ok[none, int])
	}), nil)
}
