// Command scale measures what an API of 300 operations costs before its first answer: in
// Tenon, in frameworks that make a document too, and in others that do not.
//
// Each is a program of its own, started afresh in each round. It inherits a listener, on
// which a request waits already, so that nobody polls.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "scale:", err)
		os.Exit(1)
	}
}

// programs are the folders of the programs. Those behind the first three make no document.
var programs = []string{"tenon", "huma", "fuego", "gin", "plain"}

func run(ctx context.Context, args []string, stdout io.Writer) (err error) {
	flags := flag.NewFlagSet("scale", flag.ContinueOnError)
	flags.SetOutput(stdout)
	rounds := flags.Int("rounds", 20, "starts of each program; the median counts")
	only := flags.String("programs", strings.Join(programs, ","), "what to measure")
	built := flags.String("built", "", "`folder` of programs that are built, of whatever version and name, in place of --programs")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	if *rounds < 1 || flags.NArg() > 0 {
		return errors.New("want --rounds of 1 or more and no arguments")
	}
	dir, names := *built, strings.Split(*only, ",")
	if dir == "" {
		if dir, err = os.MkdirTemp("", "scale"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
		err = buildAll(ctx, dir, names)
	} else {
		names, err = namesIn(dir)
	}
	if err != nil {
		return err
	}
	all := make(map[string][]start)
	for range *rounds {
		for _, name := range names {
			s, err := measure(ctx, filepath.Join(dir, name))
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			all[name] = append(all[name], s)
		}
	}
	return write(stdout, names, all)
}

func namesIn(dir string) (names []string, err error) {
	files, err := os.ReadDir(dir)
	for _, f := range files {
		names = append(names, f.Name())
	}
	return names, err
}

// buildAll builds programs into dir.
func buildAll(ctx context.Context, dir string, names []string) error {
	for _, name := range names {
		if !slices.Contains(programs, name) {
			return fmt.Errorf("--programs: unknown %q", name)
		}
		cmd := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(dir, name), //nolint:gosec // name is one of programs
			"github.com/tenonapi/tenon/bench/scale/"+name)
		cmd.Env = append(os.Environ(), "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w\n%s", name, err, out)
		}
	}
	return nil
}

// write prints medians and, of what takes time, the least too: that of a machine which nobody
// else used, if there was such a moment.
func write(w io.Writer, names []string, all map[string][]start) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "program\tregistration ms\tleast\tMiB allocated\tobjects\tfirst answer ms\tleast\tprocessor ms\tleast\tRSS MiB\tno file\t")
	const mebi = 1 << 20
	milli := float64(time.Millisecond)
	for _, name := range names {
		of := func(value func(start) int64) (least, median float64) {
			var values []int64
			for _, s := range all[name] {
				values = append(values, value(s))
			}
			slices.Sort(values)
			return float64(values[0]), float64(values[len(values)/2])
		}
		leastRegistration, registration := of(func(s start) int64 { return int64(s.registration) })
		_, bytes := of(func(s start) int64 { return s.bytes })
		_, objects := of(func(s start) int64 { return s.objects })
		leastAnswer, answer := of(func(s start) int64 { return int64(s.answer) })
		leastProcessor, processor := of(func(s start) int64 { return int64(s.processor) })
		_, resident := of(func(s start) int64 { return s.resident })
		_, anonymous := of(func(s start) int64 { return s.anonymous })
		fmt.Fprintf(table, "%s\t%.1f\t%.1f\t%.1f\t%.0f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t\n", name,
			registration/milli, leastRegistration/milli, bytes/mebi, objects, answer/milli, leastAnswer/milli,
			processor/milli, leastProcessor/milli, resident/mebi, anonymous/mebi)
	}
	return table.Flush()
}
