package sqlitestore

import (
	"context"
	"database/sql"
	"database/sql/driver"
)

// maxPrepared is how many statements are kept prepared. Others are prepared each time.
const maxPrepared = 256

// A connection is one of a pool with its prepared statements. One goroutine has it at a time.
type connection struct {
	conn     *sql.Conn // nil before the first use, and after it was lost
	prepared map[string]*sql.Stmt
}

// open opens a connection, if there is none.
func (c *connection) open(ctx context.Context, pool *sql.DB) (err error) {
	if c.conn != nil {
		return nil
	}
	if c.conn, err = pool.Conn(ctx); err != nil {
		return err
	}
	c.prepared = make(map[string]*sql.Stmt)
	return nil
}

// stmt returns a prepared statement, which the caller closes if it is not kept.
func (c *connection) stmt(ctx context.Context, query string) (stmt *sql.Stmt, kept bool, err error) {
	if stmt := c.prepared[query]; stmt != nil {
		return stmt, true, nil
	}
	if stmt, err = c.conn.PrepareContext(ctx, query); err != nil || len(c.prepared) >= maxPrepared {
		return stmt, false, err
	}
	c.prepared[query] = stmt
	return stmt, true, nil
}

// close gives the connection back to its pool, without its statements: while there is one,
// SQLite would not really close it.
func (c *connection) close() {
	for _, stmt := range c.prepared {
		_ = stmt.Close()
	}
	if c.conn != nil {
		_ = c.conn.Close()
	}
	c.conn, c.prepared = nil, nil
}

// drop closes the connection, and rolls back what it has written. The next use opens another.
func (c *connection) drop() {
	held := c.conn
	c.conn = nil
	c.close()
	_ = held.Raw(func(any) error { return driver.ErrBadConn }) // which closes it
}
