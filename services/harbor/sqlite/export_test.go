package sqlite

import (
	"context"
	"database/sql"
)

// SelectList is the statement whose plan a test reads.
const SelectList = selectList

// Reader returns the pool that reads.
func (s *Store) Reader() *sql.DB { return s.reader }

// Writer returns the pool that writes.
func (s *Store) Writer() *sql.DB { return s.writer }

// Lock is what holds off other processes that migrate.
func (s *Store) Lock() (unlock func() error, err error) { return s.lock(context.Background()) }
