package main

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/jobs"
	"github.com/tenonapi/tenon/tenontest"
)

// moods is a vendor that answers with one error after the other, and then with none.
type moods struct {
	errs []error
	keys map[string]int
}

func (m *moods) Provision(_ context.Context, key, _ string) (err error) {
	m.keys[key]++
	if len(m.errs) > 0 {
		err, m.errs = m.errs[0], m.errs[1:]
	}
	return err
}

func TestDevicesAreProvisionedAfterTheAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry, err := newRegistry()
		assert.NoError(t, err)
		vendor := &moods{errs: []error{context.DeadlineExceeded, errBusy, errSerial}, keys: make(map[string]int)}
		registry.vendor = vendor
		app, err := tenon.New(tenon.Config{Title: "Devices", Version: "1"}, registry.Routes)
		assert.NoError(t, err)
		c := tenontest.New(t, app)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- registry.runner.Run(ctx) }()

		assert.Equal(t, c.Do("POST", "/v1/devices", `{"serial":"A1B2C3D4"}`).Status, 201)
		time.Sleep(time.Hour)
		var letters []DeadLetter
		assert.NoError(t, json.Unmarshal(c.Do("GET", "/admin/dead-letters", "").Body, &letters))
		assert.Equal(t, len(letters), 1)
		assert.Equal(t, letters[0].Error, errSerial.Error())
		assert.Equal(t, letters[0].Attempts, 2, "one was put off")

		assert.Equal(t, c.Do("POST", "/admin/dead-letters/"+letters[0].ID+"/replay", "").Status, 204)
		assert.Equal(t, c.Do("POST", "/admin/dead-letters/"+letters[0].ID+"/replay", "").Status, 404)
		time.Sleep(day)
		synctest.Wait()
		assert.Equal(t, vendor.keys, map[string]int{letters[0].ID: 4}, "each attempt has the ID of the job")
		counts, err := registry.runner.Counts(ctx)
		assert.NoError(t, err)
		assert.Equal(t, counts, map[jobs.State]int{jobs.Done: 2, jobs.Later: 1}, "with the sweep of midnight, and the next one")
		stop()
		assert.NoError(t, <-ended)
	})
}
