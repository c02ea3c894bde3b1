package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/jobs"
	"github.com/tenonapi/tenon/schema"
)

type parcel struct {
	Order string `json:"order" check:"minLength=1"`
}

var shipping = jobs.Kind[parcel]{Name: "parcel.ship"}

func ship(context.Context, jobs.Job[parcel]) error { return nil }

func TestMistakesInAConfigAreOneError(t *testing.T) {
	type secret struct {
		Key schema.Secret[string] `json:"key"`
	}
	never := func(t time.Time) time.Time { return t }
	_, err := jobs.NewCore(jobs.Config{
		Workers: []jobs.Worker{
			{},
			jobs.Kind[parcel]{Name: "Ship parcels"}.Work(ship),
			jobs.Kind[parcel]{Name: "parcel.a", Queue: "Slow"}.Work(ship),
			jobs.Kind[parcel]{Name: "parcel.b", Timeout: -1}.Work(ship),
			jobs.Kind[parcel]{Name: "parcel.c", MaxAttempts: 1001}.Work(ship),
			jobs.Kind[secret]{Name: "secret.keep"}.Work(nil),
			shipping.Work(ship), shipping.Work(ship),
		},
		Queues: map[string]int{"default": 0, "nobody": 1},
		Periodic: []jobs.Periodic{
			{}, shipping.Periodic(never, parcel{"a"}), shipping.Periodic(jobs.Every(time.Hour), parcel{}),
			jobs.Kind[parcel]{Name: "parcel.lose"}.Periodic(jobs.Every(time.Hour), parcel{"a"}),
		},
		Drain: -1, Retention: -1,
	})
	for _, want := range []string{
		`Workers[0], kind "": want what Kind.Work returns`, `Workers[1], kind "Ship parcels": want a name`, `Workers[2], kind "parcel.a": its queue is "Slow"`,
		`Workers[3], kind "parcel.b": its timeout is -1ns`, `Workers[4], kind "parcel.c": its number of attempts is 1001`,
		`Workers[5], kind "secret.keep": `, `Workers[7], kind "parcel.ship": there is another`,
		`Queues["default"] is 0`, `Queues["nobody"]: no worker`,
		`Periodic[0]: want what Kind.Periodic returns`, `Periodic[1]: kind "parcel.ship": the time after`, `Periodic[2]: kind "parcel.ship": order: `,
		`Periodic[3]: kind "parcel.lose": it is none of Config.Workers`, "Drain is -1ns", "Retention is -1ns",
	} {
		assert.Contains(t, fmt.Sprint(err), want)
	}
	_, err = jobs.NewMemory(jobs.Config{})
	assert.Contains(t, fmt.Sprint(err), "Workers is empty")
}

func TestTheBackoffIsTwiceAsLongEachTimeAndNeverTheSame(t *testing.T) {
	core, err := jobs.NewCore(jobs.Config{Workers: []jobs.Worker{shipping.Work(ship)}})
	assert.NoError(t, err)
	different := map[time.Duration]bool{}
	for failures, want := range map[int]time.Duration{1: time.Second, 2: 2 * time.Second, 5: 16 * time.Second, 12: 2048 * time.Second, 13: time.Hour, 1000: time.Hour} {
		for range 100 {
			got := core.Delay(failures)
			different[got] = true
			if got < want*3/4 || got > want*5/4 {
				t.Errorf("after %d failures: %v, want %v ±25 %%", failures, got, want)
			}
		}
	}
	if len(different) < 500 {
		t.Errorf("got %d different delays of 600", len(different))
	}
}

func TestPeriodicJobsAreSavedAheadEvenWhenTheDatabaseFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		core, err := jobs.NewCore(jobs.Config{
			Logger:   slog.New(slog.DiscardHandler),
			Workers:  []jobs.Worker{shipping.Work(ship)},
			Periodic: []jobs.Periodic{shipping.Periodic(jobs.Every(time.Hour), parcel{"a"})},
		})
		assert.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 150*time.Minute)
		defer cancel()
		begin, calls := time.Now(), 0
		var got []string
		core.Periodic(ctx, func(_ context.Context, r jobs.Request) error {
			if calls++; calls <= 2 {
				return errors.New("no database")
			}
			got = append(got, fmt.Sprint("after ", time.Since(begin), " for ", r.At.Sub(begin)))
			assert.Equal(t, r.Forever && strings.HasPrefix(r.Unique, "at "), true, "there is one for the time")
			return nil
		})
		assert.Equal(t, got, []string{"after 10s for 1h0m0s", "after 1h0m0s for 2h0m0s", "after 2h0m0s for 3h0m0s"})
	})
}

func TestAPeriodicJobOfATimeThatPassedIsDoneOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		done := 0
		m, err := jobs.NewMemory(jobs.Config{
			Workers:  []jobs.Worker{shipping.Work(func(context.Context, jobs.Job[parcel]) error { done++; return nil })},
			Periodic: []jobs.Periodic{shipping.Periodic(jobs.Every(time.Hour), parcel{"a"})},
		})
		assert.NoError(t, err)
		run := func(d time.Duration) {
			ctx, cancel := context.WithTimeout(t.Context(), d)
			defer cancel()
			assert.NoError(t, m.Run(ctx))
		}
		run(time.Minute)
		assert.Equal(t, done, 0)
		time.Sleep(5 * time.Hour) // nobody runs
		run(time.Minute)
		assert.Equal(t, done, 1)
	})
}

// What is cut off at the end of Drain is given back; a job that is deaf holds Run up.
func TestMemoryWaitsForJobsThatAreDeaf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, err := jobs.NewMemory(jobs.Config{Drain: time.Second, Workers: []jobs.Worker{
			shipping.Work(func(context.Context, jobs.Job[parcel]) error { time.Sleep(time.Hour); return nil }),
		}})
		assert.NoError(t, err)
		tx := m.Begin()
		_, err = shipping.Enqueue(t.Context(), tx.Queue(), parcel{"a"})
		assert.NoError(t, err)
		tx.Commit()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		begin := time.Now()
		assert.NoError(t, m.Run(ctx))
		assert.Equal(t, time.Since(begin), time.Hour)
	})
}

func TestAQueueWithoutATransactionIsRefused(t *testing.T) {
	m, err := jobs.NewMemory(jobs.Config{Workers: []jobs.Worker{shipping.Work(ship)}})
	assert.NoError(t, err)
	operation := func(r *tenon.Router) {
		tenon.Post(r, "/parcels", func(context.Context, *struct{ Jobs jobs.Queue }) (tenon.NoContent, error) {
			return tenon.NoContent{}, nil
		})
	}
	cfg := tenon.Config{Title: "t", Version: "1"}
	_, err = tenon.New(cfg, func(r *tenon.Router) { r.Use(m.Providers()) }, operation)
	assert.NoError(t, err)
	_, err = tenon.New(cfg, func(r *tenon.Router) { r.Use(tenon.Value(m.Begin().Queue())) }, operation)
	assert.Contains(t, fmt.Sprint(err), "gives a jobs.Queue, which belongs to a transaction, but neither opens a scope nor needs one")
}
