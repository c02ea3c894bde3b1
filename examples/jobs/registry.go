package main

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/jobs"
)

const day = 24 * time.Hour

// Provision is what it takes to provision a device.
type Provision struct {
	Device string `json:"device"`
	Serial string `json:"serial" check:"pattern='^[A-Z0-9]{8}$'"`
}

// Sweep forgets devices that were not heard of.
type Sweep struct {
	Days int `json:"days" check:"gt=0"`
}

var (
	provisioning = jobs.Kind[Provision]{Name: "device.provision", Queue: "vendor", Timeout: 30 * time.Second, MaxAttempts: 20}
	sweeping     = jobs.Kind[Sweep]{Name: "device.sweep"}
)

// A vendor makes devices and knows their serial numbers.
type vendor interface {
	// Provision sets a device up. What it has done for a key it does not do again.
	Provision(ctx context.Context, key, serial string) error
}

var (
	errSerial = errors.New("the vendor does not know the serial number")
	errBusy   = errors.New("the vendor is busy")
)

type online struct{}

func (online) Provision(context.Context, string, string) error { return nil }

// Registry has the handlers, the workers and what they need.
type Registry struct {
	runner *jobs.Memory // an adapter with a database, in production
	vendor vendor
}

// Device is a device.
type Device struct {
	ID     string `json:"id"`
	Serial string `json:"serial"`
}

type register struct {
	Jobs jobs.Queue
	Body struct {
		Serial string `json:"serial" check:"pattern='^[A-Z0-9]{8}$'"`
	}
}

func (r *Registry) register(ctx context.Context, in *register) (tenon.Created[Device], error) {
	d := Device{ID: "dev_" + rand.Text(), Serial: in.Body.Serial}
	if _, err := provisioning.Enqueue(ctx, in.Jobs, Provision{Device: d.ID, Serial: d.Serial}); err != nil {
		return tenon.Created[Device]{}, err
	}
	return tenon.Created[Device]{Location: "/v1/devices/" + d.ID, Body: d}, nil
}

func (r *Registry) provision(ctx context.Context, job jobs.Job[Provision]) error {
	err := r.vendor.Provision(ctx, job.ID, job.Args.Serial) // the same ID each time
	switch {
	case errors.Is(err, errSerial):
		return jobs.Cancel(err) // as often as we may ask
	case errors.Is(err, errBusy):
		return jobs.Snooze(time.Minute)
	}
	return err
}

func (r *Registry) sweep(_ context.Context, job jobs.Job[Sweep]) error {
	return nil
}

// DeadLetter is what operators see of a job that was given up.
type DeadLetter struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind"`
	Attempts int       `json:"attempts"`
	Error    string    `json:"error"`
	Died     time.Time `json:"died"`
	Position int64     `json:"position" doc:"To be given as after, for the page behind it"`
}

type listLetters struct {
	After int64 `query:"after" default:"0" check:"ge=0"`
	Limit int   `query:"limit" default:"20" check:"ge=1,le=100"`
}

func (r *Registry) letters(ctx context.Context, in *listLetters) ([]DeadLetter, error) {
	letters, err := r.runner.DeadLetters(ctx, in.After, in.Limit)
	shown := make([]DeadLetter, len(letters))
	for i, l := range letters {
		shown[i] = DeadLetter{ID: l.ID, Kind: l.Kind, Attempts: l.Attempts, Error: l.Error, Died: l.Died, Position: l.Position}
	}
	return shown, err
}

type replayLetter struct {
	ID string `path:"id" check:"maxLength=100"`
}

func (r *Registry) replay(ctx context.Context, in *replayLetter) (tenon.NoContent, error) {
	return tenon.NoContent{}, r.runner.Replay(ctx, in.ID)
}

// Routes registers every operation of the registry. What operators may do needs security of its own, see
// the guide "Security".
func (r *Registry) Routes(api *tenon.Router) {
	v1 := api.Group("/v1", r.runner.Providers())
	tenon.Post(v1, "/devices", r.register)

	admin := api.Group("/admin", tenon.MapError(jobs.ErrNotFound, http.StatusNotFound, "dead_letter_not_found", "Dead letter not found"))
	tenon.Get(admin, "/dead-letters", r.letters)
	tenon.Post(admin, "/dead-letters/{id}/replay", r.replay, tenon.Errors(jobs.ErrNotFound))
}
