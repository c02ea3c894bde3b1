package assert

import "testing"

// SetUpdate sets the flag -update until the test ends.
func SetUpdate(t *testing.T, on bool) {
	before := *update
	*update = on
	t.Cleanup(func() { *update = before })
}
