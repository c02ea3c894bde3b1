package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver

	"github.com/tenonapi/tenon/adapters/pgstore/pgtest"
	"github.com/tenonapi/tenon/internal/assert"

	"github.com/tenonapi/tenon/services/harbor/api"
)

// server is the PostgreSQL of all tests.
var server pgtest.Shared

func TestMain(m *testing.M) {
	os.Exit(assert.NoLeak(tests{m}))
}

type tests struct{ *testing.M }

// Run runs the tests and closes what they share.
func (m tests) Run() int {
	code := m.M.Run()
	if err := server.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	return code
}

// onBoth runs a test with a database of each kind: a folder, and a URL.
func onBoth(t *testing.T, test func(t *testing.T, db string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, t.TempDir()) })
	t.Run("postgres", func(t *testing.T) { test(t, server.Database(t)) })
}

// in returns the arguments of a command with a database.
func in(db, command string, args ...string) []string {
	flag := "--data"
	if isURL(db) {
		flag = "--database-url"
	}
	return append(append(strings.Fields(command), flag, db), args...)
}

func isURL(db string) bool { return strings.HasPrefix(db, "postgres") }

// placeOf returns what --data or --database-url says.
func placeOf(t *testing.T, db string) *place {
	t.Helper()
	p := &place{dir: db}
	if isURL(db) {
		assert.NoError(t, p.parse(db))
	}
	return p
}

// openDatabase opens a database as another process does.
func openDatabase(t *testing.T, db string) *sql.DB {
	t.Helper()
	driver, source := "sqlite", filepath.Join(db, "harbor.db")
	if isURL(db) {
		driver, source = "pgx", db
	}
	pool, err := sql.Open(driver, source)
	assert.NoError(t, err)
	t.Cleanup(func() { _ = pool.Close() })
	return pool
}

// output runs a command and returns what it prints, and its error as text.
func output(t *testing.T, args ...string) (out, failure string) {
	t.Helper()
	var b bytes.Buffer
	if err := run(t.Context(), args, noEnv, &b, io.Discard); err != nil {
		failure = err.Error()
	}
	return b.String(), failure
}

func TestMigrate(t *testing.T) { onBoth(t, testMigrate) }

func TestMigrateMakesNoDatabaseToLookAtIt(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "typo")
	for _, command := range []string{"migrate status", "migrate down"} {
		_, failure := output(t, in(folder, command)...)
		assert.Contains(t, failure, "there is no database")
	}
	_, err := os.Stat(folder)
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func testMigrate(t *testing.T, db string) {
	status := func() (applied, pending int) {
		out, failure := output(t, in(db, "migrate status")...)
		assert.Equal(t, failure, "")
		for line := range strings.Lines(out) {
			assert.Equal(t, regexp.MustCompile(`^0000\d_\w+\.sql +(pending|applied \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\n$`).MatchString(line), true, line)
		}
		return strings.Count(out, "applied"), strings.Count(out, "pending")
	}
	var all int
	for range 2 {
		out, failure := output(t, in(db, "migrate")...)
		assert.Equal(t, failure, "")
		all, _ = status()
		assert.Equal(t, out, fmt.Sprintf("The database %s has version %d.\n", placeOf(t, db), all))
	}
	out, failure := output(t, in(db, "migrate down")...)
	assert.Equal(t, failure, "")
	assert.Equal(t, strings.HasPrefix(out, fmt.Sprintf("Undone: 0000%d_webhooks.sql\n", all)), true, out)
	applied, pending := status()
	assert.Equal(t, []int{applied, pending}, []int{all - 1, 1})

	const behind = "the database lacks a migration of this program: run harbor migrate up"
	for _, args := range [][]string{in(db, "serve", "--addr=127.0.0.1:0"), in(db, "add-merchant", "acme", "Acme")} {
		_, failure := output(t, args...)
		assert.Equal(t, failure, fmt.Sprintf("database %s: %s", placeOf(t, db), behind), args[0])
	}
	for range all - 1 {
		output(t, in(db, "migrate down")...)
	}
	_, failure = output(t, in(db, "migrate down")...)
	assert.Contains(t, failure, "there is no migration to undo")
	_, failure = output(t, in(db, "add-merchant", "acme", "Acme")...)
	assert.Equal(t, failure, "", "in an empty database")
	applied, _ = status()
	assert.Equal(t, applied, all)
}

// Processes of a release, and replicas that start, take turns.
func TestManyMigrateOneDatabase(t *testing.T) { onBoth(t, testManyMigrateOneDatabase) }

func testManyMigrateOneDatabase(t *testing.T, db string) {
	var all sync.WaitGroup
	for i := range 4 {
		args := in(db, "migrate up")
		if i%2 == 0 {
			args = in(db, "add-merchant", fmt.Sprint("m", i), "n")
		}
		all.Go(func() {
			if _, failure := output(t, args...); failure != "" {
				t.Errorf("%s: %s", args[0], failure)
			}
		})
	}
	all.Wait()
}

// What clients see is the same, also of text that PostgreSQL does not store.
func TestTextIsTheSameInEachDatabase(t *testing.T) { onBoth(t, testTextIsTheSameInEachDatabase) }

func testTextIsTheSameInEachDatabase(t *testing.T, db string) {
	s := start(t, db, withTokens())
	for id, want := range map[string]int{`\u0000`: 422, `a\u0000`: 422, `\u0001`: 201, `\uffff`: 201, `\ud83d\ude00`: 201, `'\"\\`: 201, ` `: 201} {
		resp, body := s.do(t, "POST", "/v1/orders", strings.Replace(payload, "cus_1", id, 1), "Idempotency-Key", fmt.Sprintf("%x", id))
		assert.Equal(t, resp.StatusCode, want, id, body)
	}
	for target, want := range map[string]string{
		"/v1/customers/a%00/orders": "422 validation_failed", "/v1/customers/%01/orders": "200", "/v1/customers/%F0%9F%98%80/orders": "200",
		endpoints + "/ep_%00": "404 webhook_endpoint_not_found", endpoints + "/ep_%00/deliveries": "404 webhook_endpoint_not_found",
	} {
		assert.Equal(t, s.status(t, "GET", target, "Bearer "+s.key), want, target)
	}
	assert.Equal(t, s.status(t, "POST", "/v1/webhook-deliveries/dlv_%00/replay", "Bearer "+s.key), "404 webhook_delivery_not_found")
	assert.Equal(t, s.status(t, "GET", list, "Bearer "+token(t, "demo\x00")), "401 invalid_token")
	assert.NoError(t, s.stop())
	assert.Equal(t, strings.Contains(s.logs.String(), `"level":"ERROR"`), false, s.logs)
}

// Lists are in one order, and times have microseconds, whatever stores them.
func TestOrdersAreListedAsTheyWereAnswered(t *testing.T) {
	onBoth(t, testOrdersAreListedAsTheyWereAnswered)
}

func testOrdersAreListedAsTheyWereAnswered(t *testing.T, db string) {
	s := start(t, db, noEnv)
	var want []string
	for i := range 5 {
		resp, body := s.do(t, "POST", "/v1/orders", payload, "Idempotency-Key", fmt.Sprint(i))
		assert.Equal(t, resp.StatusCode, http.StatusCreated, body)
		want = append([]string{body}, want...)
		_, got := s.do(t, "GET", resp.Header.Get("Location"), "")
		assert.Equal(t, got, body)
		resp, again := s.do(t, "POST", "/v1/orders", payload, "Idempotency-Key", fmt.Sprint(i))
		assert.Equal(t, resp.StatusCode, http.StatusOK)
		assert.Equal(t, again, body)
	}
	_, got := s.do(t, "GET", "/v1/customers/cus_1/orders", "")
	assert.Equal(t, got, `{"items":[`+strings.Join(want, ",")+`],"next_cursor":null}`)
}

func TestTheDocumentIsTheSameForBothDatabases(t *testing.T) {
	sqlite, failure := output(t, "openapi")
	assert.Equal(t, failure, "")
	postgres, failure := output(t, "openapi", "--database-url=postgres://h/d")
	assert.Equal(t, failure, "")
	assert.Equal(t, postgres, sqlite)
}

// A transaction that was in the way of another one runs again, before its client hears of it.
func TestConflictsAreRetried(t *testing.T) {
	db := server.Database(t)
	s := start(t, db, noEnv)
	pool := openDatabase(t, db)
	for _, text := range []string{
		"CREATE SEQUENCE attempts",
		`CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			IF nextval('attempts') < 3 THEN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END IF;
			RETURN NEW;
		END $$`,
		"CREATE CONSTRAINT TRIGGER conflict AFTER INSERT ON idempotency_keys DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION conflict()",
	} {
		_, err := pool.ExecContext(t.Context(), text)
		assert.NoError(t, err)
	}
	assert.Equal(t, s.status(t, "POST", "/v1/orders", "Bearer "+s.key), "201")
	var list struct{ Items []api.OrderOut }
	s.ask(t, "GET", "/v1/customers/cus_1/orders", "", &list)
	assert.Equal(t, len(list.Items), 1)
}

func TestAServiceWithoutItsDatabaseDoesNotStart(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	url := "postgres://harbor:hunter2@" + freeAddress(t) + "/harbor"
	for _, command := range []string{"serve", "migrate", "migrate down", "migrate status", "add-merchant"} {
		args := append(strings.Fields(command), "--database-url", url)
		if command == "add-merchant" {
			args = append(args, "acme", "Acme")
		}
		err := run(ctx, args, noEnv, io.Discard, io.Discard)
		assert.Contains(t, fmt.Sprint(err), "database harbor at 127.0.0.1:", command)
		assert.Contains(t, fmt.Sprint(err), "connection refused", command)
		assert.Equal(t, strings.Contains(fmt.Sprint(err), "hunter2"), false, command)
	}
}
