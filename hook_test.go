package tenon_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
)

// A diary has what hooks did, in order.
type diary struct {
	mu      sync.Mutex
	entries []string
}

func (d *diary) note(entry string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.entries = append(d.entries, entry)
}

func (d *diary) read() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.entries)
}

// hook returns a hook that notes what is done with it.
func (d *diary) hook(name string) tenon.Hook {
	return tenon.Hook{
		Name:  name,
		Start: func(context.Context) error { d.note("start " + name); return nil },
		Run: func(ctx context.Context) error {
			<-ctx.Done()
			d.note("end " + name)
			return ctx.Err()
		},
		Stop: func(context.Context) error { d.note("stop " + name); return nil },
	}
}

var errHook = errors.New("no luck")

func TestHooksStartInOrderAndStopInReverse(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var d diary
		s := serve(t, tenon.ServerConfig{Hooks: []tenon.Hook{d.hook("a"), {Name: "plain", Stop: func(context.Context) error { return nil }}, d.hook("b")}})
		_, answer := s.ask(t, slow)
		<-s.entered
		assert.Equal(t, d.read(), []string{"start a", "start b"})
		s.stop()
		synctest.Wait()
		assert.Equal(t, d.read(), []string{"start a", "start b"}, "stopped with a request in flight")
		s.release <- struct{}{}
		assert.Contains(t, <-answer, "200 OK")
		assert.NoError(t, <-s.done)
		assert.Equal(t, d.read()[2:], []string{"end b", "stop b", "end a", "stop a"})
	})
}

func TestAHookThatDoesNotStartStopsThoseBefore(t *testing.T) {
	hang := func(context.Context) error { select {} }
	obedient := func(ctx context.Context) error {
		<-ctx.Done()
		return fmt.Errorf("gave up: %w", ctx.Err())
	}
	tests := []struct {
		name  string
		start func(context.Context) error
		want  string
		after time.Duration
	}{
		{"fails", func(context.Context) error { return errHook }, "tenon: start b: no luck", 0},
		{"ends with its context", obedient, "tenon: start b: gave up: context deadline exceeded", 10 * time.Second},
		{"hangs", hang, "tenon: start b: has not returned: context deadline exceeded", 10*time.Second + 100*time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.name == "hangs" {
				hangs(t, tt.want)
				return
			}
			bubble(t, func(t *testing.T) {
				var d diary
				b := d.hook("b")
				b.Start = tt.start
				begin := time.Now()
				s := serve(t, tenon.ServerConfig{Hooks: []tenon.Hook{d.hook("a"), b, d.hook("c")}})
				assert.Equal(t, fmt.Sprint(<-s.done), tt.want)
				assert.Equal(t, time.Since(begin), tt.after)
				assert.Equal(t, d.read(), []string{"start a", "end a", "stop a"})
				_, err := s.dial()
				assert.ErrorIs(t, err, errRefused)
				s.stop()
			})
		})
	}
}

// hangs tests a hook whose goroutine outlives the server, which a bubble does not allow.
func hangs(t *testing.T, want string) {
	end := make(chan struct{})
	t.Cleanup(func() { close(end) })
	hook := tenon.Hook{Name: "b", Timeout: time.Millisecond, Start: func(context.Context) error { <-end; return nil }}
	err := tenon.Serve(t.Context(), newApp(t, nil), tenon.ServerConfig{Addr: "127.0.0.1:0", Hooks: []tenon.Hook{hook}})
	assert.Equal(t, fmt.Sprint(err), want)
}

func TestARunThatFailsEndsTheServer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var d diary
		fail := make(chan struct{})
		worker := tenon.Hook{Name: "worker", Run: func(context.Context) error { <-fail; return errHook }}
		once := tenon.Hook{Name: "once", Run: func(context.Context) error { return nil }}
		s := serve(t, tenon.ServerConfig{Hooks: []tenon.Hook{d.hook("a"), worker, once}})
		_, answer := s.ask(t, slow)
		<-s.entered
		close(fail)
		synctest.Wait()
		s.release <- struct{}{}
		assert.Contains(t, <-answer, "200 OK") // the request in flight finishes
		err := <-s.done
		assert.Equal(t, fmt.Sprint(err), "tenon: run worker: no luck")
		assert.ErrorIs(t, err, errHook)
		assert.Equal(t, d.read(), []string{"start a", "end a", "stop a"})
		s.stop()
	})
}

func TestStoppingIsBounded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var d diary
		release := make(chan struct{})
		stubborn := tenon.Hook{Name: "stubborn", Timeout: time.Second, Run: func(context.Context) error { <-release; return nil }}
		failing := tenon.Hook{Name: "failing", Stop: func(context.Context) error { return errHook }}
		s := serve(t, tenon.ServerConfig{Hooks: []tenon.Hook{d.hook("a"), stubborn, failing}})
		synctest.Wait()
		begin := time.Now()
		s.stop()
		err := <-s.done
		assert.Equal(t, fmt.Sprint(err), "tenon: stop failing: no luck\ntenon: stop stubborn: has not returned from Run: context deadline exceeded")
		assert.Equal(t, time.Since(begin), time.Second)
		assert.Equal(t, d.read(), []string{"start a", "end a", "stop a"})
		close(release)
	})
}

func TestHooksStopWhenTheAddressIsTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	assert.NoError(t, err)
	defer l.Close()
	var d diary
	err = tenon.Serve(t.Context(), newApp(t, nil), tenon.ServerConfig{Addr: l.Addr().String(), Hooks: []tenon.Hook{d.hook("a")}})
	assert.Contains(t, fmt.Sprint(err), "tenon: listen: ")
	assert.Equal(t, d.read(), []string{"start a", "end a", "stop a"})
}
