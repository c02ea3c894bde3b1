package pgstore

import (
	"embed"
	"io/fs"
)

//go:embed migrations/*.sql
var embedded embed.FS

// Migrations returns the SQL of the tables, in files for goose: for a Provider with a
// version table of its own, or to be copied into the migrations of a service, with the next
// numbers. Files are never changed, only added.
func Migrations() fs.FS {
	files, err := fs.Sub(embedded, "migrations")
	if err != nil {
		panic(err) // the folder is in the program
	}
	return files
}
