package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/tenonapi/tenon/bench/scale/things"
)

// A start is what one process needed until its first answer.
type start struct {
	registration time.Duration // of making the handler
	bytes        int64         // allocated by that
	objects      int64
	answer       time.Duration // from exec
	processor    time.Duration // of all processors, in the program and the kernel
	resident     int64         // bytes in memory, the most until the answer: pages of the program, too
	anonymous    int64         // of these, those that are no file: heap, stacks, runtime
}

// measure starts a program, sends it a request and stops it.
func measure(ctx context.Context, program string) (s start, err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return s, err
	}
	defer listener.Close()
	inherited, err := listener.(*net.TCPListener).File()
	if err != nil {
		return s, err
	}
	defer inherited.Close()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", listener.Addr().String())
	if err != nil {
		return s, err
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET "+things.Probe+" HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
		return s, err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	cmd := exec.CommandContext(ctx, program)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = &said, &said, []*os.File{inherited}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return s, err
	}
	err = probe(conn)
	s.answer = time.Since(began)
	if err == nil {
		err = s.readStatus(cmd.Process.Pid)
	}
	err = errors.Join(err, cmd.Process.Signal(os.Interrupt))
	if waitErr := cmd.Wait(); waitErr != nil || err != nil {
		return s, fmt.Errorf("%w\n%s", errors.Join(err, waitErr), &said)
	}
	s.processor = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	_, err = fmt.Fscan(&said, &s.registration, &s.bytes, &s.objects)
	return s, err
}

// probe reads the first answer.
func probe(conn io.Reader) error {
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if want := `"name":"Thing"`; answer.StatusCode != http.StatusOK || !strings.Contains(string(body), want) {
		return fmt.Errorf("answer %s: %s, want 200 and %s", answer.Status, body, want)
	}
	return nil
}

// readStatus reads how much memory a process has. Source: proc_pid_status(5).
func (s *start) readStatus(pid int) error {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return err
	}
	found := 0
	for line := range strings.Lines(string(text)) {
		for name, into := range map[string]*int64{"VmHWM": &s.resident, "RssAnon": &s.anonymous} {
			if n, _ := fmt.Sscanf(line, name+": %d kB", into); n == 1 {
				*into *= 1024
				found++
			}
		}
	}
	if found != 2 {
		return fmt.Errorf("no VmHWM and RssAnon in\n%s", text)
	}
	return nil
}
