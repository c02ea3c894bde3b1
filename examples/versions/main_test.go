package main

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/tenontest"
)

// start returns a client of the zoo at a time that the test sets.
func start(t *testing.T) (*tenontest.Client, *tenon.App, *API, *time.Time) {
	t.Helper()
	now := moved.Since
	api := &API{animals: map[int]Animal{7: {Name: "Leo", Species: Species{Common: "lion", Latin: "Panthera leo"}}}}
	app, err := tenon.New(config(func() time.Time { return now }), api.Routes)
	assert.NoError(t, err)
	return tenontest.New(t, app), app, api, &now
}

func TestBothVersionsAnswer(t *testing.T) {
	c, _, api, now := start(t)
	r := c.Do("GET", "/v1/animals/7", "", "User-Agent: old-app/1.2")
	assert.Equal(t, string(r.Body), `{"name":"Leo","species":"lion"}`)
	assert.Equal(t, r.Header.Get("Deprecation"), "@1793491200")
	assert.Equal(t, r.Header.Get("Sunset"), "Mon, 01 Nov 2027 00:00:00 GMT")
	assert.Equal(t, r.Header.Get("Link"), `<https://zoo.example/migrate>; rel="deprecation", `+
		`<https://zoo.example/migrate>; rel="sunset", <../../v2/animals/7>; rel="successor-version"`)
	r = c.Do("GET", "/v2/animals/7", "")
	assert.Equal(t, string(r.Body), `{"name":"Leo","species":{"common":"lion","latin":"Panthera leo"}}`)
	assert.Equal(t, r.Header.Get("Deprecation"), "")
	assert.Equal(t, c.Do("GET", "/v1/animals/8", "", "User-Agent: old-app/1.2").Header.Get("Deprecation"), "@1793491200")
	assert.Equal(t, api.usage.seen, map[string]int{"v1 getAnimal by old-app/1.2": 2})

	*now = moved.Sunset
	r = c.Do("GET", "/v1/animals/7", "")
	assert.Equal(t, r.Status, 410)
	assert.Equal(t, c.Problem(r).Code, "operation_gone")
	assert.Equal(t, c.Do("GET", "/v2/animals/7", "").Status, 200)
}

func TestEachVersionHasItsDocument(t *testing.T) {
	c, app, _, _ := start(t)
	assert.Equal(t, app.Versions(), []string{"v1", "v2"})
	assert.Equal(t, app.DocumentOf("v1").Info.Version, "1.9.4")
	for path, want := range map[string][]string{
		"/openapi.json":    {"alive", "getAnimal_v1", "listCages", "getAnimal_v2"},
		"/openapi/v1.json": {"alive", "getAnimal", "listCages"},
		"/openapi/v2.json": {"alive", "getAnimal"},
	} {
		var doc struct {
			Paths map[string]map[string]struct{ OperationID string }
		}
		assert.NoError(t, json.Unmarshal(c.Do("GET", path, "").Body, &doc))
		ids := make(map[string]bool)
		for _, item := range doc.Paths {
			for _, op := range item {
				ids[op.OperationID] = true
			}
		}
		assert.Equal(t, len(ids), len(want), path)
		for _, id := range want {
			assert.Equal(t, ids[id], true, path, id)
		}
	}
}
