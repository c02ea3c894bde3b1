package main

import (
	"errors"
	"net/http"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/tenontest"
)

func TestNotes(t *testing.T) {
	api := new(API)
	app, err := newApp(api)
	assert.NoError(t, err)
	c := tenontest.New(t, app)

	created := c.Do(http.MethodPost, "/notes", `{"text":"Buy milk","tags":["shop"]}`)
	assert.Equal(t, created.Status, http.StatusCreated)
	assert.Equal(t, created.Header.Get("Location"), "/notes/1")

	note, err := tenontest.Call(c, api.get, &noteID{ID: 1})
	assert.NoError(t, err)
	assert.Equal(t, note.Out.Text, "Buy milk")

	_, err = tenontest.Call(c, api.get, &noteID{ID: 2})
	p, _ := errors.AsType[*problem.Error](err)
	assert.Equal(t, p.Code, "note_not_found")
}

func TestEverythingWrongIsListed(t *testing.T) {
	app, err := newApp(new(API))
	assert.NoError(t, err)
	c := tenontest.New(t, app)
	p := c.Problem(c.Do(http.MethodPost, "/notes", `{"text":"","tags":["a",""],"due":"soon"}`))
	var got []string
	for _, issue := range p.Issues {
		got = append(got, issue.String())
	}
	assert.Equal(t, got, []string{
		"body.text: String should have at least 1 character",
		"body.tags.1: String should have at least 1 character",
		"body.due: String should match pattern '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'",
	})
	p = c.Problem(c.Do(http.MethodGet, "/notes?first=5", ""))
	assert.Equal(t, p.Issues[0].String(), "query.first: There are fewer notes")
	assert.Equal(t, string(c.Do(http.MethodGet, "/notes?tag=none", "").Body), "[]")
}
