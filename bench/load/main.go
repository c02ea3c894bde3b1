// Command load measures Harbor Payments beside the same service written by hand,
// package twin: two processes that share a machine with this one, each with a database
// of its own that commits durably.
//
// They take turns for as many rounds as one likes. What counts is the median of the
// ratios within a round, which a disturbance of the machine meets twice, and the time of
// processors that a request costs, which one meets little.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

// config says what to measure and how long.
type config struct {
	rounds   int           // of each service and job, at least 1
	time     time.Duration // of a round
	conns    int           // of a service, each with one request at a time; at least 1
	postgres bool          // in place of SQLite
	profiles string        // folder for profiles of processors; empty means none
}

func parse(args []string, w io.Writer) (config, error) {
	var cfg config
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	flags.SetOutput(w)
	flags.IntVar(&cfg.rounds, "rounds", 15, "rounds of each service and job; the median counts")
	flags.DurationVar(&cfg.time, "time", time.Second, "`length` of a round")
	flags.IntVar(&cfg.conns, "conns", 16, "`connections` to a service, each with one request at a time")
	flags.BoolVar(&cfg.postgres, "postgres", false, "measure with PostgreSQL: the server of TENON_TEST_POSTGRES, else one that is started")
	flags.StringVar(&cfg.profiles, "profiles", "", "`folder` for a profile of each round, for go tool pprof")
	if err := flags.Parse(args); err != nil {
		return config{}, err
	}
	var errs []error
	if flags.NArg() > 0 {
		errs = append(errs, fmt.Errorf("unexpected argument %q", flags.Arg(0)))
	}
	if cfg.rounds < 1 || cfg.conns < 1 || cfg.time <= 0 {
		errs = append(errs, errors.New("--rounds, --conns and --time: want more than 0"))
	}
	return cfg, errors.Join(errs...)
}

// run measures and prints what it found.
func run(ctx context.Context, args []string, stdout io.Writer) (err error) {
	cfg, err := parse(args, stdout)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "load")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	services, stop, err := startBoth(ctx, cfg, dir)
	if err != nil {
		return errors.Join(err, stop())
	}
	defer func() { err = errors.Join(err, stop()) }()
	if err := agree(ctx, services); err != nil {
		return fmt.Errorf("refuse to time: %w", err)
	}
	rounds, err := measureAll(ctx, cfg, services)
	if err != nil {
		return err
	}
	return writeTable(stdout, rounds)
}
