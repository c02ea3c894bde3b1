package main

import (
	"context"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/background"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/tenontest"
)

func TestReadersAreCountedAfterTheAnswer(t *testing.T) {
	tasks, err := background.New(background.Config{Queue: 2, Workers: 1})
	assert.NoError(t, err)
	articles := &Articles{readers: make(map[string]int)}
	app, err := tenon.New(tenon.Config{Title: "Articles", Version: "1"}, func(r *tenon.Router) {
		r.Use(tasks.Providers())
		articles.Routes(r)
	})
	assert.NoError(t, err)
	c := tenontest.New(t, app)
	for range 4 { // the last one is not counted: nobody runs tasks yet
		assert.Equal(t, c.Do("GET", "/articles/joints", "").Status, 200)
	}
	assert.Equal(t, articles.readers["joints"], 0)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	assert.NoError(t, tasks.Run(ctx)) // as a server that stops does
	assert.Equal(t, articles.readers["joints"], 3)
}
