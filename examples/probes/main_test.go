package main

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/tenontest"
)

func TestReadinessFollowsTheService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := new(Store)
		app, h, err := newApp(s)
		assert.NoError(t, err)
		c := tenontest.New(t, app)
		assert.Equal(t, c.Do("GET", "/livez", "").Status, 200)
		assert.Contains(t, string(c.Do("GET", "/readyz", "").Body), `"state":"starting"`)
		h.Started()
		assert.Equal(t, c.Do("GET", "/readyz", "").Status, 200)
		s.down.Store(true)
		assert.Equal(t, c.Do("GET", "/readyz", "").Status, 200, "the result of a second ago counts")
		time.Sleep(2 * time.Second)
		r := c.Do("GET", "/readyz", "")
		assert.Equal(t, string(c.Problem(r).Data), `{"state":"failing","checks":[{"name":"database","status":"failing"}]}`)
		assert.Equal(t, c.Do("GET", "/livez", "").Status, 200)
	})
}
