// Command bench measures tenon beside other ways to write the same HTTP API.
//
// All contenders serve the same four jobs in this process through
// [http.Handler]. A contender that does not keep the rules of a job is not
// timed, and nobody else is either. See README.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Getenv, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run compares the contenders, writes the tables to stdout and the figures as
// JSON to the file that the environment variable OUT names, if any.
func run(ctx context.Context, args []string, getenv func(string) string, stdout io.Writer) error {
	cfg, err := parse(args, stdout)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	return compare(ctx, cfg, getenv("OUT"), stdout)
}

// config says what to measure and how long.
type config struct {
	contenders []contender
	jobs       []job
	rounds     int           // measurements of each contender on each job, at least 1
	time       time.Duration // length of one measurement
}

// parse reads the flags. Usage and mistakes are written to w.
func parse(args []string, w io.Writer) (config, error) {
	var cfg config
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(w)
	flags.IntVar(&cfg.rounds, "rounds", 5, "measurements of each contender on each job; the median counts")
	flags.DurationVar(&cfg.time, "time", 200*time.Millisecond, "length of one measurement")
	jobNames := flags.String("jobs", "", "comma-separated jobs (default all)")
	contenderNames := flags.String("contenders", "", "comma-separated contenders (default all)")
	if err := flags.Parse(args); err != nil {
		return config{}, err
	}

	var errs []error
	if flags.NArg() > 0 {
		errs = append(errs, fmt.Errorf("unexpected argument %q", flags.Arg(0)))
	}
	if cfg.rounds < 1 {
		errs = append(errs, fmt.Errorf("--rounds is %d, want 1 or more", cfg.rounds))
	}
	if cfg.time <= 0 {
		errs = append(errs, fmt.Errorf("--time is %v, want more than 0", cfg.time))
	}
	var err error
	if cfg.jobs, err = choose("--jobs", *jobNames, jobs(), func(j job) string { return j.name }); err != nil {
		errs = append(errs, err)
	}
	if cfg.contenders, err = choose("--contenders", *contenderNames, contenders(), func(c contender) string { return c.name }); err != nil {
		errs = append(errs, err)
	}
	return cfg, errors.Join(errs...)
}

// choose returns the members of all that list names, in the order of all; an
// empty list names every one.
func choose[T any](option, list string, all []T, name func(T) string) ([]T, error) {
	if list == "" {
		return all, nil
	}
	var known, unknown []string
	var chosen []T
	wanted := strings.Split(list, ",")
	for _, item := range all {
		known = append(known, name(item))
		if slices.Contains(wanted, name(item)) {
			chosen = append(chosen, item)
		}
	}
	for _, w := range wanted {
		if !slices.Contains(known, w) {
			unknown = append(unknown, w)
		}
	}
	if len(unknown) > 0 {
		return nil, fmt.Errorf("%s: unknown %q, want some of %q", option, unknown, known)
	}
	return chosen, nil
}

// compare checks every contender, then measures them all, then reports. It
// measures nothing when one contender breaks a rule.
func compare(ctx context.Context, cfg config, out string, stdout io.Writer) error {
	entries, err := enter(cfg.contenders, cfg.jobs)
	if err != nil {
		return err
	}
	figures, err := measureAll(ctx, entries, cfg)
	if err != nil {
		return err
	}
	writeTable(stdout, cfg, figures)
	fmt.Fprintln(stdout)
	writeStrictness(stdout, entries)
	if out == "" {
		return nil
	}
	return writeJSON(out, figures)
}
