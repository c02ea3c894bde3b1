package tenon_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
)

// pipes is a listener without a network, so that a test can own time.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func newPipes() *pipes { return &pipes{make(chan net.Conn), make(chan struct{})} }

var errRefused = errors.New("connection refused")

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	close(p.closed)
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

// dial returns the client's end of a new connection.
func (p *pipes) dial() (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.conns <- server:
		return client, nil
	case <-p.closed:
		return nil, errRefused
	}
}

// A service is an application that is being served without a network.
type service struct {
	*pipes
	stop    context.CancelFunc
	done    chan error    // what Serve returned
	entered chan struct{} // a request to /slow has begun
	release chan struct{} // ends one request to /slow
}

// serve must be called in a bubble of synctest.
func serve(t *testing.T, cfg tenon.ServerConfig) *service {
	s := &service{newPipes(), nil, make(chan error, 1), make(chan struct{}, 8), make(chan struct{})}
	app := newApp(t, nil, func(r *tenon.Router) {
		tenon.Get(r, "/slow", func(ctx context.Context, _ *none) (item, error) {
			s.entered <- struct{}{}
			select {
			case <-s.release:
				return item{Name: "done"}, nil
			case <-ctx.Done():
				return item{}, ctx.Err()
			}
		})
		tenon.Get(r, "/fast", says[none]("fast"))
		tenon.Post(r, "/body", ok[bodied, item])
	})
	ctx, cancel := context.WithCancel(t.Context())
	s.stop = cancel
	cfg.Listener = s.pipes
	go func() { s.done <- tenon.Serve(ctx, app, cfg) }()
	return s
}

// bubble runs a test of Serve with a clock of its own. All goroutines must end with it.
func bubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	beginSignals()
	synctest.Test(t, test)
}

// beginSignals starts the goroutine of package os/signal, which begins with the first
// Notify and stays. It must not do so in a bubble.
func beginSignals() {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGUSR2)
	signal.Stop(c)
}

// ask sends a request and returns a channel with the answer.
func (s *service) ask(t *testing.T, raw string) (net.Conn, <-chan string) {
	conn, err := s.dial()
	assert.NoError(t, err)
	answer := make(chan string, 1)
	go func() { _, _ = io.WriteString(conn, raw) }() // fails when the server does not read it all
	go func() {
		text, _ := io.ReadAll(conn) // ends with the connection
		answer <- string(text)
	}()
	return conn, answer
}

const (
	slow = "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"
	fast = "GET /fast HTTP/1.1\r\nHost: a\r\n\r\n"
)

func TestServeDrains(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := serve(t, tenon.ServerConfig{})
		_, idle := s.ask(t, fast)
		_, first := s.ask(t, slow)
		_, second := s.ask(t, slow)
		<-s.entered
		<-s.entered
		synctest.Wait()
		s.stop()
		synctest.Wait() // Serve waits for the two
		if _, err := s.dial(); !errors.Is(err, errRefused) {
			t.Errorf("a connection while draining: %v, want it refused", err)
		}
		assert.Contains(t, <-idle, `{"name":"fast","count":0}`) // an idle connection is closed at once
		time.Sleep(19 * time.Second)                            // within the default of DrainTimeout
		s.release <- struct{}{}
		synctest.Wait()
		select {
		case err := <-s.done:
			t.Errorf("Serve returned %v with a request in flight", err)
		default:
		}
		s.release <- struct{}{}
		for _, answer := range []<-chan string{first, second} {
			assert.Contains(t, <-answer, `{"name":"done","count":0}`)
		}
		assert.NoError(t, <-s.done)
	})
}

func TestServeCutsOffAtTheEndOfDrainTimeout(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := serve(t, tenon.ServerConfig{DrainTimeout: 3 * time.Second})
		_, answer := s.ask(t, slow)
		<-s.entered
		begin := time.Now()
		s.stop()
		err := <-s.done
		assert.Equal(t, fmt.Sprint(err), "tenon: requests were cut off at the end of DrainTimeout, 3s: context deadline exceeded")
		assert.Equal(t, time.Since(begin), 3*time.Second)
		assert.Equal(t, <-answer, "")
	})
}

func TestServeCutsSlowClients(t *testing.T) {
	const post = "POST /body HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 24\r\n\r\n"
	tests := []struct {
		name, sent string
		cfg        tenon.ServerConfig
		after      time.Duration
		want       string // in what the server says before
	}{
		{"slow header, by default", "GET / HTTP/1.1\r\nHost:", tenon.ServerConfig{}, 5 * time.Second, ""},
		{"nothing sent, by default", "", tenon.ServerConfig{}, 5 * time.Second, ""},
		{"slow header", "GET / HTTP/1.1\r\n", tenon.ServerConfig{ReadHeaderTimeout: time.Second}, time.Second, ""},
		{"slow body, by default", post, tenon.ServerConfig{}, 30 * time.Second, "unreadable_body"},
		{"slow body", post, tenon.ServerConfig{ReadTimeout: 2 * time.Second}, 2 * time.Second, "unreadable_body"},
		{"idle, by default", fast, tenon.ServerConfig{}, 120 * time.Second, "fast"},
		{"idle", fast, tenon.ServerConfig{IdleTimeout: time.Minute}, time.Minute, "fast"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s := serve(t, tt.cfg)
				begin := time.Now()
				conn, answer := s.ask(t, tt.sent)
				assert.Contains(t, <-answer, tt.want)
				if d := time.Since(begin); d < tt.after || d > tt.after+time.Second {
					t.Errorf("cut after %v, want %v", d, tt.after)
				}
				conn.Close()
				s.stop()
				assert.NoError(t, <-s.done)
			})
		})
	}
}

func TestServeBoundsTheHeader(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := serve(t, tenon.ServerConfig{MaxHeaderBytes: 1 << 10})
		_, answer := s.ask(t, "GET /fast HTTP/1.1\r\nHost: a\r\nX-A: "+strings.Repeat("a", 8<<10)+"\r\n\r\n")
		assert.Contains(t, <-answer, "431 ")
		_, answer = s.ask(t, "GET /fast HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-A: "+strings.Repeat("a", 900)+"\r\n\r\n")
		assert.Contains(t, <-answer, "200 ")
		s.stop()
		assert.NoError(t, <-s.done)
	})
}

func TestServeEndsWithAContextThatIsDone(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := serve(t, tenon.ServerConfig{})
		s.stop() // perhaps before it listens
		assert.NoError(t, <-s.done)
	})
}

// A brokenListener fails after one connection.
type brokenListener struct {
	*pipes
	accepted bool
}

var errBroken = errors.New("broken")

func (l *brokenListener) Accept() (net.Conn, error) {
	if l.accepted {
		return nil, errBroken
	}
	l.accepted = true
	return l.pipes.Accept()
}

func TestServeReportsAListenerThatFails(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := &brokenListener{pipes: newPipes()}
		done := make(chan error)
		go func() { done <- tenon.Serve(t.Context(), newApp(t, nil), tenon.ServerConfig{Listener: l}) }()
		conn, err := l.dial()
		assert.NoError(t, err)
		begin := time.Now()
		assert.Equal(t, fmt.Sprint(<-done), "tenon: serve: broken")
		_, err = conn.Read(make([]byte, 1))
		assert.ErrorIs(t, err, io.EOF)
		assert.Equal(t, time.Since(begin), 0, "the connection was left open")
	})
}

func TestServeReportsAnAddressThatIsTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	assert.NoError(t, err)
	defer l.Close()
	err = tenon.Serve(t.Context(), newApp(t, nil), tenon.ServerConfig{Addr: l.Addr().String()})
	assert.ErrorIs(t, err, syscall.EADDRINUSE)
	assert.Contains(t, err.Error(), "tenon: listen: ")
}

// childVariable makes the test binary the server of TestServeEndsOnSignals.
const childVariable = "TENON_TEST_SERVE"

func TestServeChild(t *testing.T) {
	if os.Getenv(childVariable) == "" {
		t.Skip("is run by TestServeEndsOnSignals")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	assert.NoError(t, err)
	log := slog.New(slog.NewTextHandler(os.Stdout, nil))
	app, err := tenon.New(tenon.Config{Title: "T", Version: "1", Logger: log}, func(r *tenon.Router) {
		tenon.Get(r, "/slow", func(_ context.Context, in *struct {
			Forever bool `query:"forever" default:"false"`
		}) (item, error) {
			fmt.Println("entered")
			if in.Forever {
				select {}
			}
			_, err := bufio.NewReader(os.Stdin).ReadString('\n')
			return item{Name: "done"}, err
		})
	})
	assert.NoError(t, err)
	fmt.Println("listening", l.Addr())
	if err := tenon.Serve(context.Background(), app, tenon.ServerConfig{Listener: l}); err != nil {
		os.Exit(1)
	}
	os.Exit(0)
}

// A child is a process that serves.
type child struct {
	*exec.Cmd
	in    io.WriteCloser
	lines *bufio.Scanner
	addr  string
}

func startChild(t *testing.T) *child {
	t.Helper()
	exe, err := os.Executable()
	assert.NoError(t, err)
	c := &child{Cmd: exec.CommandContext(t.Context(), exe, "-test.run=^TestServeChild$")}
	c.Env = append(os.Environ(), childVariable+"=1")
	c.in, err = c.StdinPipe()
	assert.NoError(t, err)
	out, err := c.StdoutPipe()
	assert.NoError(t, err)
	assert.NoError(t, c.Start())
	c.lines = bufio.NewScanner(out)
	_, c.addr, _ = strings.Cut(c.wait(t, "listening "), "listening ")
	return c
}

// wait reads what the process prints up to a line that contains text.
func (c *child) wait(t *testing.T, text string) string {
	t.Helper()
	for c.lines.Scan() {
		if strings.Contains(c.lines.Text(), text) {
			return c.lines.Text()
		}
	}
	t.Fatalf("the process ended without printing %q", text)
	return ""
}

func TestServeEndsOnSignals(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	for _, sig := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		t.Run(sig.String(), func(t *testing.T) {
			c := startChild(t)
			conn := dial(t, c.addr)
			_, err := io.WriteString(conn, slow)
			assert.NoError(t, err)
			c.wait(t, "entered")
			assert.NoError(t, c.Process.Signal(sig))
			c.wait(t, "draining")
			_, err = io.WriteString(c.in, "go on\n")
			assert.NoError(t, err)
			got := readAnswer(t, conn) // the request in flight finishes
			assert.Equal(t, got.StatusCode, http.StatusOK)
			assert.NoError(t, c.Wait()) // exit status 0
		})
	}
	t.Run("second signal", func(t *testing.T) {
		c := startChild(t)
		conn := dial(t, c.addr)
		_, err := io.WriteString(conn, strings.Replace(slow, "/slow", "/slow?forever=true", 1))
		assert.NoError(t, err)
		c.wait(t, "entered")
		assert.NoError(t, c.Process.Signal(syscall.SIGTERM))
		c.wait(t, "draining")
		assert.NoError(t, c.Process.Signal(syscall.SIGTERM))
		exit, ok := errors.AsType[*exec.ExitError](c.Wait())
		assert.Equal(t, ok && exit.Sys().(syscall.WaitStatus).Signaled(), true, "ended by the signal")
	})
}
