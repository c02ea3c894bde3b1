package pgstore_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tenonapi/tenon/adapters/pgstore"
	"github.com/tenonapi/tenon/problem"
)

// query runs one through the reader of s.
func query(ctx context.Context, s *pgstore.Store, statement string, to any, args ...any) error {
	return s.Reader().Read(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		return conn.QueryRow(ctx, statement, args...).Scan(to)
	})
}

func TestAReaderSeesWhatWasCommittedAndCannotWrite(t *testing.T) {
	s := open(t, pgstore.Config{MaxConns: 1, URL: database + and(database) + "target_session_attrs=read-write"})
	text := rand.Text()
	failure := errors.New("rolled back")
	err := s.Write(t.Context(), func(ctx context.Context, tx *pgstore.Tx) error {
		return errors.Join(add(ctx, tx, "not "+text), failure)
	})
	if !errors.Is(err, failure) {
		t.Errorf("Write = %v, want the error of the function", err)
	}
	// A pool of one connection writes, and another one reads meanwhile.
	err = s.Write(t.Context(), func(ctx context.Context, tx *pgstore.Tx) error {
		var n int
		if err := query(ctx, s, "SELECT count(*) FROM notes WHERE text LIKE '%'||$1", &n, text); err != nil || n != 0 {
			t.Errorf("before the commit there are %d notes, %v", n, err)
		}
		return add(ctx, tx, text)
	})
	if err != nil {
		t.Fatal(err)
	}
	var got string
	if err := query(t.Context(), s, "SELECT text FROM notes WHERE text LIKE '%'||$1", &got, text); err != nil || got != text {
		t.Errorf("read %q, %v, want %q", got, err, text)
	}
	err = query(t.Context(), s, "INSERT INTO notes (text) VALUES ('w"+text+"') RETURNING text", &got)
	if code(err) != "25006" {
		t.Errorf("a reader writes: %v", err)
	}
	if err := query(t.Context(), s, "SELECT seen FROM notes WHERE false", &got); !errors.Is(err, pgx.ErrNoRows) {
		t.Errorf("got %v, want %v", err, pgx.ErrNoRows)
	}
}

// and returns what separates a parameter from the rest of a URL.
func and(url string) string {
	for _, r := range url {
		if r == '?' {
			return "&"
		}
	}
	return "?"
}

func TestAReaderEndsInTime(t *testing.T) {
	s := open(t, pgstore.Config{StatementTimeout: 20 * time.Millisecond})
	var void any
	if err := query(t.Context(), s, "SELECT pg_sleep(60)::text", &void); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the end of the time", err)
	}
	away, err := pgstore.Open(t.Context(), pgstore.Config{URL: "postgres://127.0.0.1:1/none", AcquireTimeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = away.Close(context.Background()) }()
	if p, ok := errors.AsType[*problem.Error](query(t.Context(), away, "SELECT 1", &void)); !ok || p.Code != "database_unavailable" {
		t.Errorf("got %v, want database_unavailable", p)
	}
	ctx, leave := context.WithCancel(t.Context())
	leave()
	if err := query(ctx, away, "SELECT 1", &void); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

// What a read costs, with all ways to keep it from writing.
func BenchmarkRead(b *testing.B) {
	s := open(b, pgstore.Config{})
	exec(b, s.Pool(), "INSERT INTO notes (text) SELECT 'bench '||n FROM generate_series(1, 10000) n ON CONFLICT DO NOTHING")
	exec(b, s.Pool(), "ANALYZE notes")
	const statement, text = "SELECT seen FROM notes WHERE text = $1", "bench 77"
	ctx := b.Context()
	var n int
	ways := []struct {
		name string
		read func() error
	}{
		{"can write", func() error { return s.Pool().QueryRow(ctx, statement, text).Scan(&n) }},
		{"reader", func() error { return query(ctx, s, statement, &n, text) }},
		{"batch", func() error {
			batch := new(pgx.Batch)
			batch.Queue("begin read only")
			batch.Queue(statement, text).QueryRow(func(r pgx.Row) error { return r.Scan(&n) })
			batch.Queue("commit")
			return s.Pool().SendBatch(ctx, batch).Close()
		}},
		{"transaction", func() error {
			return pgx.BeginTxFunc(ctx, s.Pool(), pgx.TxOptions{AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error { return tx.QueryRow(ctx, statement, text).Scan(&n) })
		}},
	}
	for _, round := range []int{1, 2, 3} {
		for _, way := range ways {
			b.Run(fmt.Sprint(way.name, " ", round), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := way.read(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
