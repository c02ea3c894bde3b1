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
	var p fault.Plan
	fault.Files(t, &p)
	dir := t.TempDir()
	sqlite.RegisterConnectionHook(func(conn sqlite.ExecQuerierContext, source string) error {
		if !strings.Contains(source, dir) {
			return nil // that of another test
		}
		_, err := conn.ExecContext(context.Background(), "PRAGMA cache_size = 0", nil)
		return err
	})
	for _, width := range inARow {
		t.Run(fmt.Sprint(width, " in a row"), func(t *testing.T) {
			db := filepath.Join(dir, fmt.Sprint(width))
			testEveryCallFails(t, db, &p, width, openDatabase(t, db))
		})
	}
}
