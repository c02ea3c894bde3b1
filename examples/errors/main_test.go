package main

import (
	"os"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/tenontest"
)

func TestAnswersAreThoseOfTheGuide(t *testing.T) {
	page, err := os.ReadFile("../../docs/errors.md")
	assert.NoError(t, err)
	for _, policy := range []tenon.ErrorPolicy{nil, Short{}} {
		app, err := newApp(policy)
		assert.NoError(t, err)
		assert.Contains(t, string(page), strings.Join(answers(app), "\n"))
		assert.Equal(t, app.Undeclared(), int64(1)) // the last
	}
}

func TestDocumentListsWhatCanOccur(t *testing.T) {
	app, err := newApp(nil)
	assert.NoError(t, err)
	op := app.Document().Paths["/accounts/{account}/payments"].Post
	for _, status := range []string{"204", "400", "402", "403", "404", "413", "415", "422", "500", "503"} {
		assert.Equal(t, op.Responses[status] != nil, true, status)
	}
	assert.Equal(t, op.Responses["403"].Description, "The account is frozen: its owner must call")
}

// Answers of both policies fit the document that they describe.
func TestPoliciesKeepWhatTheyDescribe(t *testing.T) {
	for _, policy := range []tenon.ErrorPolicy{nil, Short{}} {
		app, err := newApp(policy)
		assert.NoError(t, err)
		c := tenontest.New(t, app)
		for _, q := range requests {
			c.ServerErrors = strings.Contains(q.body, ":13}")
			c.Do("POST", "/accounts/"+q.account+"/payments", q.body)
		}
	}
}
