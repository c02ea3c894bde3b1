package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// A cluster is a server of the test's own.
type cluster struct {
	folder  string // all of it; the data is in a folder of that
	port    int
	program string // postgres
	process *exec.Cmd
	ended   chan struct{} // closed when process has ended
}

// startTimeout bounds the start of a server, and its recovery.
const startTimeout = time.Minute

func startCluster(ctx context.Context) (_ *cluster, err error) {
	initdb, err := find("initdb")
	if err != nil {
		return nil, err
	}
	c := new(cluster)
	if c.program, err = find("postgres"); err != nil {
		return nil, err
	}
	if c.folder, err = os.MkdirTemp("", "pgtest"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.remove())
		}
	}()
	if err := giveAway(c.folder); err != nil {
		return nil, err
	}
	setUp := c.command(initdb, "-D", c.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	if out, err := setUp.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	if c.port, err = freePort(); err != nil {
		return nil, err
	}
	return c, c.start(ctx)
}

// find returns the path of a program of PostgreSQL, the newest one.
func find(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err == nil {
		return path, nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name) // the pattern is good
	newest := -1
	for _, candidate := range found {
		if version, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(candidate)))); version > newest {
			newest, path = version, candidate
		}
	}
	if path == "" {
		return "", err
	}
	return path, nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

func (c *cluster) data() string { return filepath.Join(c.folder, "data") }

func (c *cluster) url() *url.URL {
	return &url.URL{Scheme: "postgres", User: url.User("postgres"), Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(c.port)), Path: "/postgres", RawQuery: "sslmode=disable"}
}

// command returns a command that is run by an ordinary user.
func (c *cluster) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...) //nolint:gosec // a program that was looked for by its name
	cmd.Dir = c.folder
	cmd.Env = append(os.Environ(), "HOME="+c.folder)
	asOrdinaryUser(cmd)
	return cmd
}

// start starts the server and waits until it answers.
func (c *cluster) start(ctx context.Context) error {
	log, err := os.OpenFile(filepath.Join(c.folder, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // the server has its own
	cmd := c.command(c.program, "-D", c.data(), "-p", strconv.Itoa(c.port),
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=on", "-c", "shared_buffers=32MB")
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait() // the log says why
	}()
	c.process, c.ended = cmd, ended
	return c.wait(ctx)
}

// wait returns when the server answers.
func (c *cluster) wait(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		conn, err := pgx.Connect(ctx, c.url().String())
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-again.C:
		case <-c.ended:
			log, _ := os.ReadFile(filepath.Join(c.folder, "log"))
			return fmt.Errorf("postgres has ended:\n%s", log)
		case <-ctx.Done():
			return fmt.Errorf("postgres does not answer: %w", err)
		}
	}
}

// crash ends the server without a checkpoint, with all of its processes.
func (c *cluster) crash() error {
	if c.process == nil {
		return nil
	}
	if err := c.process.Process.Signal(syscall.SIGQUIT); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-c.ended
	c.process = nil
	return nil
}

func (c *cluster) remove() error { return errors.Join(c.crash(), os.RemoveAll(c.folder)) }
