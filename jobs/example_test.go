package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"time"

	"github.com/tenonapi/tenon/jobs"
)

// Provision is what a device needs to be provisioned.
type Provision struct {
	Device string `json:"device" check:"minLength=1"`
}

var provision = jobs.Kind[Provision]{Name: "device.provision", Timeout: 30 * time.Second, MaxAttempts: 3}

func Example() {
	ctx, stop := context.WithCancel(context.Background())
	runner, err := jobs.NewMemory(jobs.Config{ // an adapter keeps them in a database, in production
		Workers: []jobs.Worker{provision.Work(func(_ context.Context, job jobs.Job[Provision]) error {
			fmt.Println("provisioning", job.Args.Device)
			stop()
			return nil
		})},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, outcome := range []error{errors.New("no such tenant"), nil} {
		tx := runner.Begin()
		if _, err := provision.Enqueue(ctx, tx.Queue(), Provision{Device: fmt.Sprint("of a request with error ", outcome)}); err != nil {
			log.Fatal(err)
		}
		if outcome == nil {
			tx.Commit()
		}
	}
	fmt.Println(runner.Run(ctx))
	// Output:
	// provisioning of a request with error <nil>
	// <nil>
}

func ExampleCancel() {
	known := false
	ended := make(chan bool, 1)
	runner, err := jobs.NewMemory(jobs.Config{
		Logger:  slog.New(slog.DiscardHandler),
		Observe: func(jobs.Report) { ended <- true },
		Workers: []jobs.Worker{provision.Work(func(_ context.Context, job jobs.Job[Provision]) error {
			if !known {
				return jobs.Cancel(errors.New("the device is not known"))
			}
			fmt.Println("provisioned", job.Args.Device)
			return nil
		})},
	})
	if err != nil {
		log.Fatal(err)
	}
	run := func() { // until one attempt has ended
		ctx, stop := context.WithCancel(context.Background())
		go func() { <-ended; stop() }()
		if err := runner.Run(ctx); err != nil {
			log.Fatal(err)
		}
	}
	ctx, tx := context.Background(), runner.Begin()
	if _, err := provision.Enqueue(ctx, tx.Queue(), Provision{"d17"}); err != nil {
		log.Fatal(err)
	}
	tx.Commit()
	run()

	letters, err := runner.DeadLetters(ctx, 0, 100)
	if err != nil {
		log.Fatal(err)
	}
	for _, letter := range letters {
		fmt.Printf("%s %s: %s\n", letter.Kind, letter.Args, letter.Error)
		known = true
		if err := runner.Replay(ctx, letter.ID); err != nil {
			log.Fatal(err)
		}
	}
	run()
	// Output:
	// device.provision {"device":"d17"}: the device is not known
	// provisioned d17
}

// A job may be done twice: its ID is what the other side can recognize it by.
func ExampleJob() {
	charged := map[string]bool{} // by an idempotency key, at a payment provider
	charge := func(_ context.Context, job jobs.Job[Provision]) error {
		if !charged[job.ID] {
			charged[job.ID] = true
			fmt.Println("charged for", job.Args.Device)
		}
		return nil
	}
	job := jobs.Job[Provision]{ID: "job_1", Args: Provision{"d17"}, Attempt: 1}
	for range 2 {
		if err := charge(context.Background(), job); err != nil {
			log.Fatal(err)
		}
		job.Attempt++
	}
	// Output: charged for d17
}

func ExampleEvery() {
	next := jobs.Every(6 * time.Hour)
	t := time.Date(2026, 3, 1, 22, 30, 0, 0, time.UTC)
	for range 3 {
		t = next(t)
		fmt.Println(t)
	}
	// Output:
	// 2026-03-02 00:00:00 +0000 UTC
	// 2026-03-02 06:00:00 +0000 UTC
	// 2026-03-02 12:00:00 +0000 UTC
}
