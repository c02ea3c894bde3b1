package e2e_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite" // registers the driver

	"github.com/tenonapi/tenon/internal/assert"
)

// A small disk is a file system of 4 MiB, of which a file takes some.
type smallDisk struct {
	dir     string
	ballast string
}

// mountSmallDisk makes a small disk, or skips the test where that is not permitted.
func mountSmallDisk(t *testing.T) smallDisk {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size=4m", "tenon-e2e", dir).CombinedOutput(); err != nil {
		t.Skipf("skipped: a file system cannot be mounted here, TestJ8AFullDiskIsAnswered507 of sqlitestore does with max_page_count: %v %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", dir).CombinedOutput(); err != nil {
			t.Errorf("umount %s: %v %s", dir, err, out)
		}
	})
	d := smallDisk{dir: filepath.Join(dir, "data"), ballast: filepath.Join(dir, "ballast")}
	assert.NoError(t, os.WriteFile(d.ballast, make([]byte, 1<<20), 0o600))
	return d
}

// CHECKLIST J8: orders are created until a disk is full. From then on they are refused as documented, and
// reads go on, also in a process that starts meanwhile. When there is room again so do writes, and
// nothing that was acknowledged is missing.
func TestJ8AFullDiskLosesNothing(t *testing.T) {
	t.Parallel()
	disk := mountSmallDisk(t)
	h := start(t, disk.dir)
	c := newClient(t, h.url)
	acknowledged := map[string]order{} // by key
	key := func() string { return fmt.Sprint("full-", len(acknowledged)) }
	body := func() []byte {
		return fmt.Appendf(nil, `{"customer_id":"full","amount_cents":%d,"currency":"EUR"}`, 1+len(acknowledged))
	}
	create := func() (full bool) {
		a := c.create(key(), body())
		if a.status == http.StatusCreated {
			var o order
			decode(t, a.body, &o)
			acknowledged[key()] = o
			return false
		}
		refused(t, a, http.StatusInsufficientStorage, "storage_full")
		return true
	}
	for !create() {
		if len(acknowledged) > 10_000 {
			t.Fatal("the disk is never full")
		}
	}
	t.Logf("full after %d orders", len(acknowledged))

	reads := func() {
		items, _ := c.list("full", 100)
		assert.Equal(t, len(items), len(acknowledged))
		found := map[string]order{}
		for _, item := range items {
			var o order
			decode(t, item, &o)
			found[o.ID] = o
		}
		for key, o := range acknowledged {
			assert.Equal(t, found[o.ID], o, key)
		}
		assert.Equal(t, c.do("GET", "/livez", nil).status, http.StatusOK)
	}
	for range 20 {
		create()
	}
	reads()

	h.kill()
	h = start(t, disk.dir)
	c = newClient(t, h.url)
	reads()
	create()

	assert.NoError(t, os.Remove(disk.ballast))
	for range 20 {
		assert.Equal(t, create(), false, "with room again")
	}
	reads()
	for key, o := range acknowledged {
		a := c.create(key, fmt.Appendf(nil, `{"customer_id":"full","amount_cents":%d,"currency":"EUR"}`, o.AmountCents))
		var again order
		if json.Unmarshal(a.body, &again) != nil || a.status != http.StatusOK || again != o {
			t.Errorf("%s, repeated, is answered %d %s", key, a.status, a.body)
		}
	}
	h.terminate(t)
	source := url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(disk.dir, "harbor.db"))}
	db, err := sql.Open("sqlite", source.String())
	assert.NoError(t, err)
	defer db.Close()
	var verdict string
	assert.NoError(t, db.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&verdict))
	assert.Equal(t, verdict, "ok")
}
