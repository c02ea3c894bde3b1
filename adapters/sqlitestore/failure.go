package sqlitestore

import (
	"errors"
	"fmt"
	"net/http"

	"modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"github.com/tenonapi/tenon/problem"
)

var (
	// errUnavailable is answered when the right to write was not given in time, and when the file
	// cannot be read or written now.
	errUnavailable = &problem.Error{
		Status: http.StatusServiceUnavailable, Code: "database_unavailable", Title: "Database is not available",
		Header: http.Header{"Retry-After": {"1"}},
	}
	// errFull is answered when there is no room to write.
	errFull = problem.New(http.StatusInsufficientStorage, "storage_full", "Storage is full")
)

// plain returns err without what belongs to the driver: as what is answered because of it,
// or as text. Errors that are not the driver's stay as they are.
func plain(err error) error {
	code, ok := codeOf(err)
	if !ok {
		return err
	}
	text := errors.New(err.Error())
	switch code {
	case codes.SQLITE_FULL:
		return answered(errFull, text)
	case codes.SQLITE_BUSY, codes.SQLITE_LOCKED, codes.SQLITE_PROTOCOL, // others have locks
		codes.SQLITE_IOERR, codes.SQLITE_CANTOPEN, codes.SQLITE_NOMEM: // such as without room or file descriptors
		return answered(errUnavailable, text)
	}
	return text
}

// answered returns an error that is answered with p and whose text has the cause, for logs.
func answered(p *problem.Error, cause error) error { return fmt.Errorf("%w: %w", p.With(cause), cause) }

// ends reports whether SQLite may have rolled the transaction back in which err happened.
// Source: SQLite, section "Response to errors within a transaction".
func ends(err error) bool {
	switch code, _ := codeOf(err); code {
	case codes.SQLITE_FULL, codes.SQLITE_IOERR, codes.SQLITE_NOMEM, codes.SQLITE_BUSY, codes.SQLITE_INTERRUPT, codes.SQLITE_CORRUPT:
		return true
	}
	return false
}

// busy reports whether err says that another process is writing.
func busy(err error) bool {
	code, _ := codeOf(err)
	return code == codes.SQLITE_BUSY
}

// codeOf returns the code of the driver's error, without what extends it.
func codeOf(err error) (int, bool) {
	coded, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return 0, false
	}
	return coded.Code() & 0xff, true
}
