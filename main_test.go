package tenon_test

import (
	"os"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
)

func TestMain(m *testing.M) {
	time.Local = time.FixedZone("", 3*60*60) // nothing may depend on where the machine is
	os.Exit(assert.NoLeak(m))
}
