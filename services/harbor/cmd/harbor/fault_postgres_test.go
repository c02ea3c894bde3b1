package main

import (
	"fmt"
	"testing"

	"github.com/tenonapi/tenon/services/harbor/internal/fault"
)

// A connection ends before the server has a request, or before the service has its answer: then
// nobody can know whether a commit has taken place. There is one connection of each kind, so that one
// which is not given back is missing at once.
func TestEveryCallOfPostgreSQLFails(t *testing.T) {
	for name, late := range map[string]bool{"requests are lost": false, "answers are lost": true} {
		for _, width := range inARow {
			t.Run(fmt.Sprint(name, ", ", width, " in a row"), func(t *testing.T) {
				t.Parallel()
				var p fault.Plan
				db := server.Database(t)
				proxy := withOneConnection(fault.Proxy(t, &p, db, late))
				testEveryCallFails(t, proxy, &p, width, openDatabase(t, db))
			})
		}
	}
}
