package sqlitestore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
)

// A found is a row that was read.
type found []driver.Value

// scan is that of [sql.Rows].
func (f found) scan(dest []any) error {
	if len(dest) != len(f) {
		return fmt.Errorf("sqlitestore: expected %d destination arguments in Scan, not %d", len(f), len(dest))
	}
	for i, value := range f {
		if !assign(dest[i], value) {
			return f.convert(dest)
		}
	}
	return nil
}

// assign assigns a value to a variable of the same type, or one that takes it.
func assign(dest any, value driver.Value) (ok bool) {
	if d, is := dest.(sql.Scanner); is {
		return d.Scan(value) == nil
	}
	switch v := value.(type) {
	case string:
		if d, is := dest.(*string); is && d != nil {
			*d, ok = v, true
		}
	case int64:
		switch d := dest.(type) {
		case *int64:
			if d != nil {
				*d, ok = v, true
			}
		case *int:
			if n := int(v); d != nil && int64(n) == v {
				*d, ok = n, true
			}
		}
	case float64:
		if d, is := dest.(*float64); is && d != nil {
			*d, ok = v, true
		}
	case []byte:
		if d, is := dest.(*[]byte); is && d != nil {
			*d, ok = v, true
		}
	}
	return ok
}

// convert assigns values as database/sql does, which has no function for that.
func (f found) convert(dest []any) error {
	db := sql.OpenDB(f)
	defer db.Close()
	return db.QueryRowContext(context.Background(), "").Scan(dest...)
}

// As a driver, a row is a database that answers everything with itself.

// Connect implements [driver.Connector].
func (f found) Connect(context.Context) (driver.Conn, error) { return f, nil }

// Driver implements [driver.Connector].
func (f found) Driver() driver.Driver { return nil }

// Prepare implements [driver.Conn].
func (f found) Prepare(string) (driver.Stmt, error) { return nil, driver.ErrSkip }

// Begin implements [driver.Conn].
func (f found) Begin() (driver.Tx, error) { return nil, driver.ErrSkip }

// Close implements [driver.Conn].
func (f found) Close() error { return nil }

// QueryContext implements [driver.QueryerContext].
func (f found) QueryContext(context.Context, string, []driver.NamedValue) (driver.Rows, error) {
	return &foundRows{row: f}, nil
}

type foundRows struct {
	row  found
	done bool
}

func (r *foundRows) Columns() []string { return make([]string, len(r.row)) }
func (r *foundRows) Close() error      { return nil }

func (r *foundRows) Next(to []driver.Value) error {
	if r.done {
		return io.EOF
	}
	r.done = true
	copy(to, r.row)
	return nil
}
