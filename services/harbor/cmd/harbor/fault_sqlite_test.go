package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"modernc.org/sqlite"

	"github.com/tenonapi/tenon/services/harbor/internal/fault"
)

// A database that keeps no pages in memory asks for them in each statement, so that each can fail.
func TestEveryCallOfSQLiteFails(t *testing.T) {
	dir := t.TempDir()
	sqlite.RegisterConnectionHook(func(conn sqlite.ExecQuerierContext, source string) error {
		if !strings.Contains(source, dir) {
			return nil // that of another test
		}
		_, err := conn.ExecContext(context.Background(), "PRAGMA cache_size = 0", nil)
		return err
	})
	run := func(name string, full bool, width int64) {
		t.Run(name, func(t *testing.T) {
			var p fault.Plan
			fault.Files(t, &p, full)
			db := filepath.Join(dir, fmt.Sprint(full, width))
			testEveryCallFails(t, db, &p, width, openDatabase(t, db))
		})
	}
	for _, width := range inARow {
		run(fmt.Sprint(width, " in a row"), false, width)
	}
	run("each that writes, as on a full disk", true, 1)
}
