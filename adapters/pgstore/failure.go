package pgstore

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/tenonapi/tenon/problem"
)

// Conditions of PostgreSQL.
// Source: PostgreSQL 17, appendix A.
const (
	serializationFailure = "40001"
	deadlock             = "40P01"
	failedTransaction    = "25P02"
	lockNotAvailable     = "55P03"
	diskFull             = "53100"
	adminShutdown        = "57P01"
	crashShutdown        = "57P02"
	cannotConnectNow     = "57P03"

	connectionException   = "08" // a class
	insufficientResources = "53" // a class, such as of too many connections
	syntaxError           = "42" // a class, which has violations of access rules, too
)

var (
	// errUnavailable is answered when there is no connection in time, when one was lost or a
	// lock was not given in time, and when a transaction was retried in vain.
	errUnavailable = &problem.Error{
		Status: http.StatusServiceUnavailable, Code: "database_unavailable", Title: "Database is not available",
		Header: http.Header{"Retry-After": {"1"}},
	}
	// errFull is answered when there is no room to write.
	errFull = problem.New(http.StatusInsufficientStorage, "storage_full", "Storage is full")
)

// outage returns what is answered because of err on a connection, if that is one of a server that
// went away, has no time or no room. It returns nil for the answer of a handler, and for a
// request whose time is over, which closes the connection as well.
func outage(conn *pgx.Conn, err error) error {
	_, answered := errors.AsType[*problem.Error](err)
	if answered || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || unsendable(err) {
		return nil
	}
	return lost(conn, err)
}

// unsendable reports whether err is about an argument of a type that its parameter cannot have. After
// that pgx closes the connection, if it was about to send several statements.
func unsendable(err error) bool {
	batch, ok := errors.AsType[pgx.ErrPreprocessingBatch](err)
	return ok && strings.Contains(batch.Error(), "(build)")
}

// lost is [outage] for a commit, whose time is its own.
func lost(conn *pgx.Conn, err error) error {
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		if conn.IsClosed() {
			return errUnavailable.With(err)
		}
		return nil
	}
	switch code := pgErr.Code; {
	case code == diskFull:
		return errFull.With(err)
	case code == adminShutdown, code == crashShutdown, code == cannotConnectNow, code == lockNotAvailable,
		strings.HasPrefix(code, connectionException), strings.HasPrefix(code, insufficientResources):
		return errUnavailable.With(err)
	}
	return nil
}

// isCode reports whether err is an error of the server with a code.
func isCode(err error, code string) bool {
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pgErr.Code == code
}
