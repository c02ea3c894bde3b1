package main

import (
	"context"
	"net/http"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/tenontest"
)

func page(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/presence.md")
	assert.NoError(t, err)
	return string(text)
}

func TestPageHasTheTablesThatTheProgramPrints(t *testing.T) {
	app, err := newApp(new(API))
	assert.NoError(t, err)
	var b strings.Builder
	tables(&b, app)
	for table := range strings.SplitSeq(b.String(), "\n\n") {
		assert.Contains(t, page(t), strings.TrimSpace(table))
	}
}

// One column of the second table stands for several sources.
func TestSourcesAgree(t *testing.T) {
	app, err := newApp(new(API))
	assert.NoError(t, err)
	for _, k := range kinds {
		absent := send(app, k.path+"/query", "")
		assert.Equal(t, send(app, k.path+"/cookie", ""), absent, k.name)
		assert.Equal(t, send(app, k.path+"/header", ""), absent, k.name)
		empty := send(app, k.path+"/query?x=", "")
		assert.Equal(t, send(app, k.path+"/query?x", ""), empty, k.name)
		assert.Equal(t, send(app, k.path+"/cookie", "", "Cookie", "x="), empty, k.name)
		assert.Equal(t, send(app, k.path+"/header", "", "X", ""), empty, k.name)
		given := send(app, k.path+"/query?x=v", "")
		assert.Equal(t, send(app, k.path+"/cookie", "", "Cookie", "x=v"), given, k.name)
		assert.Equal(t, send(app, k.path+"/header", "", "X", "v"), given, k.name)
		assert.Contains(t, send(app, k.path+"/query?x=null", ""), `"null"`, k.name, "text has no null")
	}
}

func TestPatch(t *testing.T) {
	note := "call first"
	app, err := newApp(&API{account: Account{Name: "Ann", Note: &note, Limit: 5}})
	assert.NoError(t, err)
	c := tenontest.New(t, app)
	for _, row := range []struct{ in, out string }{
		{`{}`, `{"name":"Ann","note":"call first","limit":5}`},
		{`{"limit":0}`, `{"name":"Ann","note":"call first","limit":0}`},
		{`{"note":null}`, `{"name":"Ann","note":null,"limit":0}`},
		{`{"name":"Bob","note":""}`, `{"name":"Bob","note":"","limit":0}`},
	} {
		assert.Equal(t, string(c.Do(http.MethodPatch, "/account", row.in).Body), row.out)
		assert.Contains(t, page(t), "| `"+row.in+"` | `"+row.out+"` |")
	}
	for _, row := range []struct{ in, out string }{
		{`{"name":null}`, "body.name: Input should be a valid string"},
		{`{"limits":1}`, "body.limits: Extra inputs are not permitted"},
	} {
		assert.Equal(t, c.Problem(c.Do(http.MethodPatch, "/account", row.in)).Issues[0].String(), row.out)
		assert.Contains(t, page(t), "| `"+row.in+"` | "+row.out+" |")
	}
}

func issue(c *tenontest.Client, r *tenontest.Response) string {
	return c.Problem(r).Issues[0].Type
}

func TestTraps(t *testing.T) {
	type item struct {
		N int `json:"n,omitempty"`
	}
	app, err := tenon.New(tenon.Config{Title: "T", Version: "1"}, func(r *tenon.Router) {
		tenon.Get(r, "/list", func(_ context.Context, in *struct {
			Tags []string       `query:"tag" default:"[]"`
			N    tenon.Opt[int] `query:"n"`
		}) ([]string, error) {
			return in.Tags, nil
		})
		tenon.Get(r, "/required", func(_ context.Context, in *struct {
			Tags []string `query:"tag"`
		}) ([]string, error) {
			return in.Tags, nil
		})
		tenon.Post(r, "/item", func(_ context.Context, in *struct{ Body item }) (item, error) { return in.Body, nil })
		tenon.Post(r, "/opt", func(_ context.Context, in *struct{ Body tenon.Opt[item] }) (bool, error) {
			_, ok := in.Body.Get()
			return ok, nil
		})
		tenon.Post(r, "/pointer", func(_ context.Context, in *struct{ Body *item }) (bool, error) { return in.Body != nil, nil })
		tenon.Post(r, "/null", func(_ context.Context, in *struct{ Body tenon.Null[item] }) (bool, error) {
			_, ok := in.Body.Get()
			return ok, nil
		})
	})
	assert.NoError(t, err)
	c := tenontest.New(t, app)
	assert.Equal(t, string(c.Do(http.MethodGet, "/list", "").Body), `[]`)
	assert.Equal(t, string(c.Do(http.MethodGet, "/list?tag=", "").Body), `[""]`)
	assert.Equal(t, issue(c, c.Do(http.MethodGet, "/list?n=", "")), "int_parsing")
	assert.Equal(t, issue(c, c.Do(http.MethodGet, "/required", "")), "missing")
	assert.Equal(t, string(c.Do(http.MethodPost, "/item", `{"n":0}`).Body), `{}`)
	assert.Equal(t, issue(c, c.Do(http.MethodPost, "/item", `{}`)), "missing")

	assert.Equal(t, string(c.Do(http.MethodPost, "/opt", "").Body), `false`)
	assert.Equal(t, issue(c, c.Do(http.MethodPost, "/opt", "null")), "model_attributes_type")
	assert.Equal(t, string(c.Do(http.MethodPost, "/pointer", "").Body), `false`)
	assert.Equal(t, string(c.Do(http.MethodPost, "/pointer", "null").Body), `false`)
	assert.Equal(t, string(c.Do(http.MethodPost, "/null", "null").Body), `false`)
	assert.Equal(t, issue(c, c.Do(http.MethodPost, "/null", "")), "missing")
	assert.Equal(t, issue(c, c.Do(http.MethodPost, "/item", "")), "missing")

	_, err = tenon.New(tenon.Config{Title: "T", Version: "1"}, func(r *tenon.Router) {
		tenon.Get(r, "/x/{id}", func(context.Context, *struct {
			ID tenon.Opt[int] `path:"id"`
		}) (tenon.NoContent, error) {
			return tenon.NoContent{}, nil
		})
	})
	assert.Contains(t, err.Error(), "a path parameter is always there")
}

// A default is JSON, of a string without quotes.
func TestDefaults(t *testing.T) {
	type defaults struct {
		Text string      `json:"text" default:"d"`
		Date schema.Date `json:"date" default:"2026-11-20"`
		N    int         `json:"n" default:"5"`
		List []string    `json:"list" default:"[\"a\"]"`
	}
	plan, err := schema.Compile[defaults](schema.NewSet(schema.Config{}))
	assert.NoError(t, err)
	v, err := plan.Decode([]byte(`{}`))
	assert.NoError(t, err)
	out, err := plan.Append(nil, &v)
	assert.NoError(t, err)
	assert.Equal(t, string(out), `{"text":"d","date":"2026-11-20","n":5,"list":["a"]}`)
	for i := range reflect.TypeFor[defaults]().NumField() {
		text := reflect.TypeFor[defaults]().Field(i).Tag.Get("default")
		assert.Contains(t, page(t), "`default:"+strconv.Quote(text)+"` for")
	}
}
