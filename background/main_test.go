package background_test

import (
	"os"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
)

func TestMain(m *testing.M) { os.Exit(assert.NoLeak(m)) }
