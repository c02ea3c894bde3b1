package riverjobs_test

import (
	"context"
	"database/sql"
	"errors"
	"log"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/adapters/pgstore"
	"github.com/tenonapi/tenon/adapters/riverjobs"
	"github.com/tenonapi/tenon/adapters/sqlitestore"
	"github.com/tenonapi/tenon/jobs"
)

func provide(_ context.Context, job jobs.Job[provision]) error {
	log.Printf("provisioning %s", job.Args.Device)
	return nil
}

// One file has the requests and their jobs.
func ExampleSQLite() {
	ctx := context.Background()
	store, err := sqlitestore.Open(ctx, sqlitestore.Config{Path: "/var/lib/devices/devices.db"})
	if err != nil {
		log.Fatal(err)
	}
	err = store.Migrate(ctx, func(ctx context.Context, db *sql.DB) error { return riverjobs.SQLite(db).Migrate(ctx) })
	if err != nil {
		log.Fatal(err)
	}
	db, err := store.OpenDB()
	if err != nil {
		log.Fatal(err)
	}
	runner, err := riverjobs.New(riverjobs.SQLite(db), riverjobs.Config{Config: jobs.Config{
		Workers: []jobs.Worker{provisioning.Work(provide)},
	}})
	if err != nil {
		log.Fatal(err)
	}
	app, err := tenon.New(tenon.Config{Title: "Devices", Version: "1"}, func(r *tenon.Router) {
		r.Use(store.Providers(), riverjobs.Provide(runner, (*sqlitestore.Tx).SQL))
		tenon.Post(r, "/devices", registerDevice)
	})
	if err != nil {
		log.Fatal(err)
	}
	err = tenon.Serve(ctx, app, tenon.ServerConfig{Hooks: []tenon.Hook{{Name: "jobs", Run: runner.Run}}})
	if err = errors.Join(err, db.Close(), store.Close()); err != nil {
		log.Print(err)
	}
}

// Requests and jobs share a database, and have a pool each.
func Example() {
	const url = "postgres://devices@db.example/devices"
	ctx := context.Background()
	store, err := pgstore.Open(ctx, pgstore.Config{URL: url})
	if err != nil {
		log.Fatal(err)
	}
	pool, err := pgxpool.New(ctx, url+"?pool_max_conns=4")
	if err != nil {
		log.Fatal(err)
	}
	database := riverjobs.Postgres(pool)
	if err := database.Migrate(ctx); err != nil { // a step of the release, in production
		log.Fatal(err)
	}
	runner, err := riverjobs.New(database, riverjobs.Config{Config: jobs.Config{
		Workers: []jobs.Worker{provisioning.Work(provide)},
	}})
	if err != nil {
		log.Fatal(err)
	}
	app, err := tenon.New(tenon.Config{Title: "Devices", Version: "1"}, func(r *tenon.Router) {
		r.Use(store.Providers(), riverjobs.Provide(runner, func(tx *pgstore.Tx) pgx.Tx { return tx }))
		tenon.Post(r, "/devices", registerDevice)
	})
	if err != nil {
		log.Fatal(err)
	}
	err = tenon.Serve(ctx, app, tenon.ServerConfig{Hooks: []tenon.Hook{{Name: "jobs", Run: runner.Run}}})
	pool.Close()
	if err = errors.Join(err, store.Close(ctx)); err != nil {
		log.Print(err)
	}
}
