package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/tenonapi/tenon/adapters/pgstore/pgtest"
)

// A service is a running process, with a merchant whose key we have.
type service struct {
	name     string
	key      string // API key
	addr     string // host:port
	profiles string // URL; empty if none are served
	cmd      *exec.Cmd
	orders   []string // paths of those that were created

	order, cursor string // the last that were answered to agree
}

// programs builds both services into dir: Harbor as the workspace has it.
func programs(ctx context.Context, dir string) (harbor, twin string, err error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output() // of where we are, in bench
	if err != nil {
		return "", "", fmt.Errorf("find the module: %w", err)
	}
	bench := filepath.Dir(strings.TrimSpace(string(out)))
	root := filepath.Dir(bench)
	build := func(workspace, folder, pkg string) (string, error) {
		program := filepath.Join(dir, filepath.Base(pkg))
		cmd := exec.CommandContext(ctx, "go", "build", "-o", program, pkg)
		cmd.Dir = folder
		cmd.Env = append(os.Environ(), "GOWORK="+workspace)
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("build %s: %w\n%s", pkg, err, out)
		}
		return program, nil
	}
	harbor, err = build(filepath.Join(root, "go.work"), filepath.Join(root, "services"), "./harbor/cmd/harbor")
	if err != nil {
		return "", "", err
	}
	twin, err = build("off", bench, "./twin")
	return harbor, twin, err
}

// startBoth starts the services, Harbor first. stop ends them and what they need; it is
// never nil.
func startBoth(ctx context.Context, cfg config, dir string) (services []*service, stop func() error, err error) {
	var stops []func() error
	stop = func() (err error) {
		for i := len(stops) - 1; i >= 0; i-- {
			err = errors.Join(err, stops[i]())
		}
		return err
	}
	harbor, twin, err := programs(ctx, dir)
	if err != nil {
		return nil, stop, err
	}
	database := func(name string) ([]string, error) { return []string{"--data", filepath.Join(dir, name+"-data")}, nil }
	if cfg.postgres {
		server, err := pgtest.Start(ctx)
		if err != nil {
			return nil, stop, err
		}
		stops = append(stops, server.Close)
		database = func(string) ([]string, error) {
			address, drop, err := server.Database(ctx)
			if err == nil {
				stops = append(stops, func() error { return drop(context.WithoutCancel(ctx)) })
			}
			return []string{"--database-url", address}, err
		}
	}
	for _, s := range []struct {
		name, program string
		flags         []string
	}{
		{"harbor", harbor, []string{"--rate-limit=0", "--auth-failures=0"}}, // the twin has no quotas
		{"twin", twin, nil},
	} {
		args, err := database(s.name)
		if err != nil {
			return nil, stop, err
		}
		running := &service{name: s.name}
		if running.key, err = prepare(ctx, harbor, args); err != nil {
			return nil, stop, err
		}
		args = append(append(args, "--addr=127.0.0.1:0"), s.flags...)
		if cfg.profiles != "" {
			args = append(args, "--admin-addr=127.0.0.1:0")
		}
		if err := running.start(s.program, args); err != nil {
			return nil, stop, err
		}
		stops = append(stops, running.stop)
		services = append(services, running)
	}
	return services, stop, nil
}

var apiKey = regexp.MustCompile(`hk_\w+`)

// prepare makes the tables of Harbor in a database, and a merchant, whose key it returns.
func prepare(ctx context.Context, harbor string, database []string) (key string, err error) {
	for _, args := range [][]string{
		append([]string{"migrate"}, database...),
		append(append([]string{"add-merchant"}, database...), "load", "Load"),
	} {
		out, err := exec.CommandContext(ctx, harbor, args...).CombinedOutput()
		if err != nil {
			return "", fmt.Errorf("harbor %q: %w\n%s", args, err, out)
		}
		key = string(apiKey.Find(out))
	}
	return key, nil
}

var (
	listens  = regexp.MustCompile(`listens on http://(\S+)`)
	profiles = regexp.MustCompile(`Profiles: (\S+)`)
)

// start starts the process and waits until it tells where it listens. Its log goes nowhere, by a
// call of the system for each line.
func (s *service) start(program string, args []string) error {
	s.cmd = exec.Command(program, args...) //nolint:gosec,noctx // stop ends it
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	log, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer log.Close()
	s.cmd.Stderr = log
	if err := onOneProcessor(s.cmd.Start); err != nil {
		return fmt.Errorf("start %s: %w", s.name, err)
	}
	var said bytes.Buffer
	for lines := bufio.NewScanner(io.TeeReader(stdout, &said)); lines.Scan(); {
		if m := profiles.FindSubmatch(lines.Bytes()); m != nil {
			s.profiles = string(m[1])
		}
		if m := listens.FindSubmatch(lines.Bytes()); m != nil {
			s.addr = string(m[1])
			go func() { _, _ = io.Copy(io.Discard, stdout) }() // until it ends
			return nil
		}
	}
	return fmt.Errorf("%s did not start: %w\n%s", s.name, s.cmd.Wait(), &said)
}

// stop ends the process as an operator does.
func (s *service) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("stop %s: %w", s.name, err)
	}
	if err := s.cmd.Wait(); err != nil {
		return fmt.Errorf("%s ended: %w", s.name, err)
	}
	return nil
}

// processors returns for how long the process has had a processor until now.
func (s *service) processors() (time.Duration, error) {
	return processorTime(s.cmd.Process.Pid)
}
