package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/tenontest"
)

// shows asserts that the page shows text, a JSON text that stands for got.
func shows(t *testing.T, text string, got []byte) {
	t.Helper()
	page, err := os.ReadFile("../../docs/models.md")
	assert.NoError(t, err)
	assert.Contains(t, string(page), text)
	var compact bytes.Buffer
	assert.NoError(t, json.Compact(&compact, []byte(text)))
	assert.Equal(t, string(got), compact.String())
}

func client(t *testing.T) *tenontest.Client {
	t.Helper()
	app, err := newApp()
	assert.NoError(t, err)
	return tenontest.New(t, app)
}

// given is what every product needs, without the braces.
const given = `"name":"Lamp","sku":"acme-17","price":19.90,"stock":"5","code":"1234"`

func TestProduct(t *testing.T) {
	c := client(t)
	const in = `{"id":9,"name":"Lamp","sku":"acme-17","price":19.90,"stock":"5","code":"1234","margin":3}`
	r := c.Do(http.MethodPost, "/products", in)
	shows(t, in, []byte(in))
	shows(t, `{"id":1,"created":"2026-11-20T09:30:00Z","name":"Lamp","sku":"acme-17","color":"white","price":19.90,"stock":"5"}`, r.Body)
	assert.Equal(t, r.Status, http.StatusOK)

	r = c.Do(http.MethodPost, "/products", `{`+given+`,"width":3,"tags":["new"],"sold":null}`)
	assert.Contains(t, string(r.Body), `"width":3,"height":1,`, "an embedded pointer appears with its first member")
	assert.Contains(t, string(r.Body), `"tags":["new"]}`)
	assert.Equal(t, string(c.Do(http.MethodGet, "/products", "").Body), `{"items":[]}`, "a nil slice is no null")
}

func TestReadingIsLax(t *testing.T) {
	c := client(t)
	const in = `{"value":" 21.5","valid":"yes","taken":1795167000,"every":"1 day, 02:00:00","count":7}`
	shows(t, in, []byte(in))
	r := c.Do(http.MethodPost, "/readings", in)
	shows(t, `{"value":21.5,"valid":true,"taken":"2026-11-20T09:30:00Z","every":"PT26H","count":7}`, r.Body)
	assert.Equal(t, r.Status, http.StatusOK)
	r = c.Do(http.MethodPost, "/readings", strings.Replace(in, `7}`, `"7"}`, 1))
	assert.Contains(t, string(r.Body), `"type":"int_type","loc":["body","count"]`)
}

// Of an embedded pointer, the members are given together or not at all.
func TestEmbeddedPointerIsComplete(t *testing.T) {
	type holder struct{ *Box }
	plan, err := schema.Compile[holder](schema.NewSet(schema.Config{}))
	assert.NoError(t, err)
	for in, want := range map[string]holder{`{}`: {}, `{"width":2}`: {&Box{2, 1}}} {
		got, err := plan.Decode([]byte(in))
		assert.NoError(t, err, in)
		assert.Equal(t, got, want, in)
	}
	_, err = plan.Decode([]byte(`{"height":4}`))
	assert.Contains(t, fmt.Sprint(err), "width: Field required")
}

func TestEveryKnownType(t *testing.T) {
	const more = `{"time":"2026-11-20T10:30:00+01:00", "date":"2026-11-20", "time_of_day":"17:30:00", "duration":"PT1H30M",
 "decimal":0.10, "addr":"10.0.0.1", "prefix":"10.0.0.0/8", "url":"https://example.com/a",
 "bytes":"aGk=", "text":"hi", "any":{"a":[1,12345678901234567890]}, "span":[1,5]}`
	c := client(t)
	r := c.Do(http.MethodPost, "/products", `{`+given+`,"more":`+more+`}`)
	_, got, _ := bytes.Cut(r.Body, []byte(`"more":`))
	shows(t, more, bytes.TrimSuffix(got, []byte("}")))

	loose := strings.NewReplacer(`17:30:00`, `17:30`, `0.10`, `"0.10"`).Replace(more)
	r = c.Do(http.MethodPost, "/products", `{`+given+`,"more":`+loose+`}`)
	_, got, _ = bytes.Cut(r.Body, []byte(`"more":`))
	shows(t, more, bytes.TrimSuffix(got, []byte("}")))
}

func issues(c *tenontest.Client, r *tenontest.Response) string {
	var lines []string
	for _, issue := range c.Problem(r).Issues {
		lines = append(lines, fmt.Sprintf("%-18s %s", issue.Type, issue))
	}
	return strings.Join(lines, "\n")
}

func TestStrictReading(t *testing.T) {
	c := client(t)
	page, err := os.ReadFile("../../docs/models.md")
	assert.NoError(t, err)
	const in = `{"name":"Lamp","Name":"Lamp","sku":"acme","color":"green","price":1,"price":2,"stock":5}`
	r := c.Do(http.MethodPost, "/products", in)
	assert.Equal(t, r.Status, http.StatusUnprocessableEntity)
	assert.Contains(t, string(page), in)
	assert.Contains(t, string(page), "```text\n"+issues(c, r)+"\n```")
	for name, in := range map[string]string{
		"trailing data": `{` + given + `} x`, "cut off": `{` + given, "invalid UTF-8": "{" + given + `,"x":"` + "\xff" + `"}`,
		"lone surrogate": `{` + given + `,"x":"\ud800"}`, "comma": `{` + given + `,}`, "deep": strings.Repeat("[", 101),
	} {
		r := c.Do(http.MethodPost, "/products", in)
		assert.Equal(t, r.Status, http.StatusBadRequest, name)
		assert.Equal(t, c.Problem(r).Code, "malformed_body", name)
	}
	assert.Equal(t, c.Do(http.MethodPost, "/products", `{`+given+`,"unknown":{"a":1}}`).Status, http.StatusOK)
	strict, err := tenon.New(tenon.Config{Title: "T", Version: "1", Schema: schema.Config{ForbidUnknown: true}}, routes)
	assert.NoError(t, err)
	c = tenontest.New(t, strict)
	r = c.Do(http.MethodPost, "/products", `{`+given+`,"id":9,"unknown":{"a":1}}`)
	assert.Equal(t, issues(c, r), "extra_forbidden    body.id: Extra inputs are not permitted\nextra_forbidden    body.unknown: Extra inputs are not permitted")
}

func TestSecrets(t *testing.T) {
	var logged bytes.Buffer
	log.SetOutput(&logged)
	defer log.SetOutput(os.Stderr)
	c := client(t)
	assert.Equal(t, c.Do(http.MethodPost, "/login", `{"name":"bob","password":"correct horse"}`).Status, http.StatusNoContent)
	assert.Contains(t, logged.String(), "{Name:bob Password:**********}")
	p := c.Problem(c.Do(http.MethodPost, "/login", `{"name":"bob","password":"horse"}`))
	shows(t, `{"type":"string_too_short","loc":["body","password"],"msg":"String should have at least 8 characters","ctx":{"min_length":8}}`, p.Issues[0].AppendJSON(nil))

	_, err := tenon.New(tenon.Config{Title: "T", Version: "1"}, func(r *tenon.Router) {
		tenon.Get(r, "/me", func(context.Context, *struct{}) (Login, error) { return Login{}, nil })
	})
	page, readErr := os.ReadFile("../../docs/models.md")
	assert.NoError(t, readErr)
	const want = "an output must not contain a schema.Secret"
	assert.Contains(t, fmt.Sprint(err), want)
	assert.Contains(t, string(page), want)
}

func TestNamesOfSchemas(t *testing.T) {
	app, err := newApp()
	assert.NoError(t, err)
	for _, name := range []string{"Product", "ProductInput", "Page_Product", "Login"} {
		assert.Equal(t, app.Document().Components.Schemas[name] != nil, true, name)
	}
}

// Two fields of one level, a struct that takes the methods of an embedded one,
// and an answer that is none of the values of an enum.
func TestMistakes(t *testing.T) {
	set := schema.NewSet(schema.Config{})
	_, err := schema.Compile[struct {
		A int `json:"B"`
		B int
	}](set)
	assert.Contains(t, fmt.Sprint(err), `fields A and B have one name, "B"`)
	type item struct {
		SKU
		Name string
	}
	_, err = schema.Compile[item](set)
	assert.Contains(t, fmt.Sprint(err), "gets UnmarshalText from the embedded main.SKU and would be taken for it")
	colors, err := schema.Compile[Color](set)
	assert.NoError(t, err)
	green := Color("green")
	_, err = colors.Append(nil, &green)
	assert.Equal(t, fmt.Sprint(err), "a value is none of those its type allows")
}
