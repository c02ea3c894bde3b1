package webhook_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/webhook"
)

// The clock is set an hour forward or back between two attempts: the next comes earlier or later by
// that much, as the same event, signed with the time that the clock has then.
func TestJ9TheClockMayJumpBetweenAttempts(t *testing.T) {
	for jump, latest := range map[time.Duration]time.Duration{time.Hour: 10 * time.Second, -time.Hour: time.Hour + 10*time.Second} {
		t.Run(jump.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				var offset atomic.Int64
				in := &inbox{status: func(n int) int {
					if n == 0 {
						return 500
					}
					return 204
				}}
				e := w.receiver("a.example", in.ServeHTTP)
				w.publish("a", 1)
				w.run(webhook.Config{Now: func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }})
				time.Sleep(time.Second)
				offset.Store(int64(jump))
				time.Sleep(3 * time.Hour)
				got := in.got()
				assert.Equal(t, len(got), 2)
				if delay := got[1].at.Sub(got[0].at); delay > latest || delay < min(latest-20*time.Second, latest/20) {
					t.Errorf("the second attempt comes after %v, want up to %v", delay, latest)
				}
				assert.Equal(t, got[1].header.Get(webhook.HeaderID), got[0].header.Get(webhook.HeaderID))
				assert.Equal(t, got[1].body, got[0].body)
				id, err := webhook.Verify(got[1].header, []byte(got[1].body), got[1].at.Add(jump), e.Secret)
				assert.NoError(t, err)
				assert.Equal(t, id, got[0].header.Get(webhook.HeaderID))
				_, err = webhook.Verify(got[1].header, []byte(got[1].body), got[1].at, e.Secret)
				assert.Equal(t, err != nil, true, "by a clock that did not jump")
				assert.Equal(t, w.only(e).State, webhook.Delivered)
			})
		})
	}
}

// The lease of a process whose clock jumps is over earlier or later for others. An event is lost in neither
// case, and what comes twice is the same event.
func TestJ9ALeaseIsTakenOverWhateverTheClockDoes(t *testing.T) {
	for jump, latest := range map[time.Duration]time.Duration{time.Hour: time.Minute, -time.Hour: time.Hour + 2*time.Minute} {
		t.Run(jump.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				dying := &crashed{Store: &w.store}
				in := &inbox{status: func(int) int {
					dying.dead.Store(true) // with the message received and nothing settled
					return 204
				}}
				e := w.receiver("a.example", in.ServeHTTP)
				w.publish("a", 1)
				w.run(webhook.Config{Store: dying, Lease: time.Minute})
				synctest.Wait()
				w.run(webhook.Config{Now: func() time.Time { return time.Now().Add(jump) }})
				time.Sleep(3 * time.Hour)
				got := in.got()
				assert.Equal(t, len(got), 2)
				if delay := got[1].at.Sub(got[0].at); delay > latest {
					t.Errorf("it is taken over after %v, want up to %v", delay, latest)
				}
				assert.Equal(t, got[1].header.Get(webhook.HeaderID), got[0].header.Get(webhook.HeaderID))
				assert.Equal(t, w.only(e).State, webhook.Delivered)
			})
		})
	}
}
