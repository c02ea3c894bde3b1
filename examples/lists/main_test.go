package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/tenontest"
)

func newClient(t *testing.T) *tenontest.Client {
	t.Helper()
	app, err := newApp(shelf(), bytes.Repeat([]byte{1}, 32))
	assert.NoError(t, err)
	return tenontest.New(t, app)
}

// walk follows the links of a list and returns what is in its pages.
func walk(t *testing.T, target string) (pages []string) {
	t.Helper()
	c := newClient(t)
	for target != "" {
		r := c.Do("GET", target, "")
		assert.Equal(t, r.Status, 200, target)
		var list struct {
			Items []any `json:"items"`
		}
		assert.NoError(t, json.Unmarshal(r.Body, &list))
		var names []string
		for _, item := range list.Items {
			if track, ok := item.(map[string]any); ok {
				item = track["title"]
			}
			names = append(names, fmt.Sprint(item))
		}
		pages = append(pages, strings.Join(names, ", "))

		next, _, ok := strings.Cut(r.Header.Get("Link"), `>; rel="next"`)
		if !ok {
			break
		}
		base, err := url.Parse(target)
		assert.NoError(t, err)
		to, err := base.Parse(strings.TrimPrefix(next, "<"))
		assert.NoError(t, err)
		target = to.String()
	}
	return pages
}

func TestListsAreThoseOfTheGuide(t *testing.T) {
	text, err := os.ReadFile("../../docs/lists.md")
	assert.NoError(t, err)
	_, table, _ := strings.Cut(string(text), "| list | its pages |\n| --- | --- |\n")
	table, _, _ = strings.Cut(table, "\n\n")
	rows := strings.Split(strings.TrimSpace(table), "\n")
	assert.Equal(t, len(rows), 4)
	for _, row := range rows {
		cells := strings.Split(strings.Trim(row, "| "), " | ")
		target := strings.TrimPrefix(strings.Trim(cells[0], "`"), "GET ")
		assert.Equal(t, strings.Join(walk(t, target), " / "), cells[1], target)
	}
}

func TestTheAnswersOfTheGuide(t *testing.T) {
	text, err := os.ReadFile("../../docs/lists.md")
	assert.NoError(t, err)
	c := newClient(t)
	r := c.Do("GET", "/tracks?genre=jazz&limit=2", "")
	var list struct {
		NextCursor string `json:"next_cursor"`
	}
	assert.NoError(t, json.Unmarshal(r.Body, &list))
	shown := strings.ReplaceAll("Link: "+r.Header.Get("Link")+"\n\n"+string(r.Body), list.NextCursor, "AXsi…")
	assert.Contains(t, string(text), shown)

	other := c.Do("GET", "/tracks?genre=piano&cursor="+list.NextCursor, "")
	assert.Equal(t, other.Status, 422)
	_, issue, _ := strings.Cut(string(text), "```json\n")
	issue, _, _ = strings.Cut(issue, "\n")
	assert.Contains(t, string(other.Body), issue)
	assert.Equal(t, c.Do("GET", "/tracks?genre=jazz&sort=length&cursor="+list.NextCursor, "").Status, 422)
	assert.Equal(t, c.Do("GET", "/titles?limit=1000", "").Status, 200)
	assert.Equal(t, c.Do("GET", "/tracks?limit=101", "").Status, 422)
}
