package fastapi_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/fastapi"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/tenontest"
	"github.com/tenonapi/tenon/upload"
)

type searched struct {
	Q     string   `query:"q" default:""`
	Tags  []string `header:"X-Tag" default:"[]"`
	Token *string  `header:"X-Token"`
	Ads   *string  `cookie:"ads"`
}

// seen is what an operation got, with texts that were not given.
func (in *searched) seen() string {
	text := func(s *string) string {
		if s == nil {
			return "none"
		}
		return *s
	}
	return fmt.Sprintf("%s|%q|%s|%s", in.Q, in.Tags, text(in.Token), text(in.Ads))
}

type filters struct {
	Low  int      `json:"low"`
	High int      `json:"high"`
	Tags []string `json:"tag" default:"[]"`
}

type sent struct {
	Name  string       `form:"name"`
	Notes *string      `form:"note"`
	File  *upload.File `form:"file"`
	Bytes *schema.Text `form:"bytes"`
}

type pair struct {
	Body struct {
		Item  struct{ Name string } `json:"item"`
		Count int                   `json:"count" default:"1"`
	}
}

func client(t *testing.T) *tenontest.Client {
	t.Helper()
	a, err := tenon.New(fastapi.Compat(tenon.Config{Title: "t", Version: "1"}), func(r *tenon.Router) {
		tenon.Get(r, "/search", func(_ context.Context, in *searched) (string, error) { return in.seen(), nil })
		tenon.Get(r, "/filter", func(_ context.Context, in *struct {
			Filters filters `query:"*"`
		}) (filters, error) {
			return in.Filters, nil
		})
		tenon.Get(r, "/items/{id}", func(_ context.Context, in *struct {
			ID string `path:"id"`
		}) (string, error) {
			return in.ID, nil
		})
		tenon.Post(r, "/items", func(_ context.Context, in *struct{ Body filters }) (filters, error) { return in.Body, nil })
		tenon.Put(r, "/pair", func(_ context.Context, in *pair) (int, error) { return in.Body.Count, nil })
		tenon.Post(r, "/form", func(_ context.Context, in *sent) (string, error) {
			file, text := "none", "none"
			if in.File != nil {
				file = in.File.Name
			}
			if in.Bytes != nil {
				text = string(*in.Bytes)
			}
			return fmt.Sprint(in.Name, "|", in.Notes != nil, "|", file, "|", text), nil
		})
	})
	assert.NoError(t, err)
	return tenontest.New(t, a)
}

const (
	jsonType = "Content-Type: application/json"
	formType = "Content-Type: application/x-www-form-urlencoded"
	partType = "Content-Type: multipart/form-data; boundary=X"
)

func part(disposition, text string) string {
	return "--X\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + text + "\r\n"
}

// TestRequestsAreReadAsFastAPIReadsThem has what is refused without Compat. The answers are those of FastAPI.
func TestRequestsAreReadAsFastAPIReadsThem(t *testing.T) {
	missing := func(loc, input string) string {
		return `{"type":"missing","loc":[` + loc + `],"msg":"Field required","input":` + input + `}`
	}
	const expected = `{"type":"value_error","loc":["body","file"],"msg":"Value error, Expected UploadFile, received: <class 'str'>","input":"x","ctx":{"error":{}}}`
	const noObject = `{"type":"model_attributes_type","loc":["body"],"msg":"Input should be a valid dictionary or object to extract fields from","input":`
	tests := []struct {
		name, method, target, body, want string
		headers                          []string
	}{
		{name: "a percent sign alone", method: "GET", target: "/search?q=a+b%20%zz%C3%A9%", want: `200 "a b %zzé%|[]|none|none"`},
		{name: "bytes that are not UTF-8", method: "GET", target: "/search?q=%FF", want: `200 "�|[]|none|none"`},
		{name: "of a repeated value the last", method: "GET", target: "/search?q=1&q=2", want: `200 "2|[]|none|none"`},
		{name: "a list in lines, of others the first", method: "GET", target: "/search", headers: []string{"X-Tag: a, b", "X-Tag: c", "X-Token: 1", "X-Token: 2"}, want: `200 "|[\"a, b\" \"c\"]|1|none"`},
		{name: "of a repeated cookie the last", method: "GET", target: "/search", headers: []string{"Cookie: ads=1; nameless; ads=\"2\""}, want: `200 "|[]|none|2"`},
		{name: "what a model lacks", method: "GET", target: "/filter?low=1&low=2&x=3&x=4&tag=t", want: `422 {"detail":[` + missing(`"query","high"`, `{"low":"2","tag":["t"],"x":["3","4"]}`) + `]}`},
		{name: "an encoded slash separates", method: "GET", target: "/items/a%2Fb", want: `404 {"detail":"Not Found"}`},
		{name: "HEAD", method: "HEAD", target: "/search", want: `405 `},
		{name: "OPTIONS", method: "OPTIONS", target: "/search", want: `405 {"detail":"Method Not Allowed"}`},

		{name: "JSON by another name", method: "POST", target: "/items", body: `{"low":1,"high":2}`, headers: []string{"Content-Type: application/vnd.api+json"}, want: `200 {"low":1,"high":2,"tag":[]}`},
		{name: "JSON that is text", method: "POST", target: "/items", body: `{"low":1}`, headers: []string{"Content-Type: text/plain"}, want: `422 {"detail":[` + noObject + `"{\"low\":1}"}]}`},
		{name: "null", method: "POST", target: "/items", body: " null\n", headers: []string{jsonType}, want: `422 {"detail":[` + missing(`"body"`, `null`) + `]}`},
		{name: "a byte order mark", method: "POST", target: "/items", body: "\uFEFF[]", headers: []string{jsonType}, want: `422 {"detail":[` + noObject + `[]}]}`},
		{name: "a body that is not UTF-8", method: "POST", target: "/items", body: "{\"\xff\":1}", headers: []string{jsonType}, want: `400 {"detail":"There was an error parsing the body"}`},
		{name: "malformed", method: "POST", target: "/items", body: `{"é":1,}`, headers: []string{jsonType}, want: `422 {"detail":[{"type":"json_invalid","loc":["body",6],"msg":"JSON decode error","input":{},"ctx":{"error":"Illegal trailing comma before end of object"}}]}`},

		{name: "several values", method: "PUT", target: "/pair", body: `{"item":{"Name":"a"},"count":null}`, headers: []string{jsonType}, want: `200 1`},
		{name: "one of several is null", method: "PUT", target: "/pair", body: `{"item":null}`, headers: []string{jsonType}, want: `422 {"detail":[` + missing(`"body","item"`, `null`) + `]}`},
		{name: "several in no object", method: "PUT", target: "/pair", body: `[1]`, headers: []string{jsonType}, want: `422 {"detail":[` + missing(`"body","item"`, `null`) + "," + missing(`"body","count"`, `null`) + `]}`},
		{name: "several in text", method: "PUT", target: "/pair", body: `{}`, headers: []string{"Content-Type: text/plain"}, want: `422 {"detail":[` + missing(`"body","item"`, `null`) + `]}`},
		{name: "several in nothing", method: "PUT", target: "/pair", want: `422 {"detail":[` + missing(`"body","item"`, `null`) + `]}`},

		{name: "a form", method: "POST", target: "/form", body: "name=a%+b&note=&bytes=1&bytes=2", headers: []string{formType}, want: `200 "a% b|false|none|2"`},
		{name: "a form in parts", method: "POST", target: "/form", headers: []string{partType},
			body: part(`name="name"`, "a") + part(`name="file"; filename="1"`, "x") + part(`name="file"; filename="2"`, "x") + part(`name="bytes"; filename="b"`, "content") + "--X--", want: `200 "a|false|2|content"`},
		{name: "no form", method: "POST", target: "/form", body: `{"name":"a"}`, headers: []string{jsonType}, want: `422 {"detail":[` + missing(`"body","name"`, `null`) + `]}`},
		{name: "an empty field", method: "POST", target: "/form", body: "name=", headers: []string{formType}, want: `422 {"detail":[` + missing(`"body","name"`, `null`) + `]}`},
		{name: "a text in place of a file", method: "POST", target: "/form", body: "name=a&file=x", headers: []string{formType}, want: `422 {"detail":[` + expected + `]}`},
		{name: "a part without the name of a file", method: "POST", target: "/form", body: part(`name="name"`, "a") + part(`name="file"`, "x") + "--X--", headers: []string{partType}, want: `422 {"detail":[` + expected + `]}`},
		{name: "no boundary", method: "POST", target: "/form", body: "--X--", headers: []string{"Content-Type: multipart/form-data"}, want: `400 {"detail":"Missing boundary in multipart."}`},
	}
	c := client(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := c.Do(tt.method, tt.target, tt.body, tt.headers...)
			assert.Equal(t, fmt.Sprint(r.Status, " ", string(r.Body)), tt.want)
		})
	}
	assert.Equal(t, c.Do("DELETE", "/search", "").Header.Get("Allow"), "GET", "methods")
}
