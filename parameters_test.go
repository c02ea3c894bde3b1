package tenon_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/tenontest"
)

// A window is two parameters that belong together.
type window struct {
	Low  int `json:"low" default:"0"`
	High int `json:"high" default:"9" doc:"Last one"`
}

// Validate implements [schema.Validator].
func (w *window) Validate(is *schema.Issues) {
	if w.Low > w.High {
		is.Add(&w.Low, "order", "low is above high")
	}
}

type listFilter struct {
	_ struct{} `check:"additionalProperties=false"`
	window
	Tags   []string `json:"tag" default:"[]" check:"uniqueItems"`
	Hidden string   `json:"-"`
}

type browser struct {
	SaveData bool     `json:"save_data"`
	XTag     []string `json:"x_tag" default:"[]"`
}

type visit struct {
	ID    string                 `json:"id"`
	Track tenon.Opt[schema.Date] `json:"track"`
}

type models struct {
	Filter  listFilter `query:"*" status:"400"`
	Browser browser    `header:"*"`
	Session visit      `cookie:"*"`
	Key     string     `query:"key" default:"none"`
}

func modelled(r *tenon.Router) {
	tenon.Get(r, "/models", func(_ context.Context, in *models) (string, error) {
		if in.Filter.High == 13 {
			return "", tenon.Invalid(in, &in.Filter.High, "unlucky", "13 is not possible")
		}
		return fmt.Sprint(in.Filter.window, in.Filter.Tags, in.Browser, in.Session.ID, in.Key), nil
	})
}

func TestAModelTakesEachOfItsFieldsFromOneSource(t *testing.T) {
	c := newClient(t, modelled)
	all := []string{"Save-Data: true", "Cookie: id=s; other=1"}
	tests := []struct {
		name, query string
		headers     []string
		want        string
	}{
		{"defaults", "", all, `200 "{0 9} [] {true []}snone"`},
		{"given", "?low=1&high=2&tag=a&tag=b&key=k", append(all, "X-Tag: x, y", "X-Tag: z"), `200 "{1 2} [a b] {true [x y z]}sk"`},
		{"bad and missing", "?low=x", nil, `400 [int_parsing query.low missing header.Save-Data missing cookie.id]`},
		{"missing alone", "", []string{"Save-Data: true"}, `422 [missing cookie.id]`},
		{"its validator", "?low=3&high=2", all, `400 [order query.low]`},
		{"no validator on what is bad", "?low=11&tag=a&tag=a", all, `400 [unique_items query.tag]`},
		{"unknown", "?low=1&tool=plumbus&tool=x&other", all, `422 [extra_forbidden query.tool extra_forbidden query.other]`},
		{"a field that is hidden", "?Hidden=1", all, `422 [extra_forbidden query.Hidden]`},
		{"of the handler", "?high=13", all, `400 [unlucky query.high]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := c.Do("GET", "/models"+tt.query, "", tt.headers...)
			got := fmt.Sprint(r.Status, " ", string(r.Body))
			if r.Status >= 400 {
				got = fmt.Sprint(r.Status, " ", issueTypes(t, c, r))
			}
			assert.Equal(t, got, tt.want)
		})
	}
}

func TestModelsAreDocumentedAndSentByTypedCalls(t *testing.T) {
	var e *tenon.Endpoint[models, string]
	app := newApp(t, nil, func(r *tenon.Router) {
		e = tenon.Get(r, "/models", func(_ context.Context, in *models) (string, error) {
			return fmt.Sprint(in.Filter.Low, in.Filter.Tags, in.Browser.XTag, in.Session.ID), nil
		})
	})
	var names []string
	for _, p := range app.Document().Paths["/models"].Get.Parameters {
		names = append(names, fmt.Sprint(p.In, " ", p.Name, " ", p.Required, " ", p.Description))
	}
	assert.Equal(t, names, []string{"query low false ", "query high false Last one", "query tag false ", "header Save-Data true ",
		"header X-Tag false ", "cookie id true ", "cookie track false ", "query key false "})
	in := &models{Filter: listFilter{window: window{1, 2}, Tags: []string{"a", "b,c"}}, Browser: browser{XTag: []string{"x", `"y, z"`}}, Session: visit{ID: "s"}}
	r, err := tenontest.Call(tenontest.New(t, app), e, in)
	assert.NoError(t, err)
	assert.Equal(t, r.Out, `1 [a b,c] [x "y, z"]s`)
	for _, item := range []string{"", "a,b", " a", "a,"} {
		in.Browser.XTag = []string{item}
		_, err := e.Request(t.Context(), "http://a", in)
		assert.Contains(t, fmt.Sprint(err), "the header X-Tag: ")
	}
}

func TestModelsOfFormsMayBeClosed(t *testing.T) {
	type login struct {
		_    struct{} `check:"additionalProperties=false"`
		User string   `json:"user"`
	}
	app := newApp(t, nil, func(r *tenon.Router) {
		tenon.Post(r, "/login", ok[struct {
			Login login `form:"*"`
		}, string])
	})
	c := tenontest.New(t, app)
	const form = "Content-Type: application/x-www-form-urlencoded"
	assert.Equal(t, c.Do("POST", "/login", "user=a", form).Status, 200)
	assert.Equal(t, issueTypes(t, c, c.Do("POST", "/login", "user=a&extra=1", form)), []string{"extra_forbidden body.extra"})
	assert.Equal(t, issueTypes(t, c, c.Do("POST", "/login", "", form)), []string{"missing body.user"})
	s := app.Document().Paths["/login"].Post.RequestBody.Content["application/x-www-form-urlencoded"].Schema
	assert.Equal(t, s.AdditionalProperties.Never, true)
	assert.Equal(t, s.Required, []string{"user"})
}

// What another parameter struct of the operation reads is not unknown.
func TestAClosedModelKnowsWhatProvidersRead(t *testing.T) {
	type key string
	c := newClient(t, func(r *tenon.Router) {
		tenon.Get(r, "/", ok[struct {
			Key    key
			Filter listFilter `query:"*"`
		}, string], tenon.Provide(func(_ context.Context, in *struct {
			Key string `query:"key"`
		}) (key, error) {
			return key(in.Key), nil
		}))
	})
	assert.Equal(t, c.Do("GET", "/?key=k&low=1", "").Status, 200)
	assert.Equal(t, issueTypes(t, c, c.Do("GET", "/?key=k&kye=1", "")), []string{"extra_forbidden query.kye"})
}

func TestMistakesInModels(t *testing.T) {
	type open struct {
		A string `json:"a"`
	}
	type closed struct {
		_ struct{} `check:"additionalProperties=false"`
		A string   `json:"a"`
	}
	tests := []struct {
		name   string
		routes func(*tenon.Router)
		want   string
	}{
		{"no struct", get[struct {
			A []string `query:"*"`
		}]("/a"), `struct.A: tag query:"*": has the type []string: want a struct`},
		{"object inside", get[struct {
			A struct {
				B item `json:"b"`
			} `header:"*"`
		}]("/a"), `struct.A: B: a tenon_test.item cannot be read from the text of a parameter`},
		{"embedded pointer inside", get[struct {
			A struct{ *Embedded } `query:"*"`
		}]("/a"), `an embedded pointer cannot be filled from texts: embed the struct`},
		{"twice", get[struct {
			A open   `query:"*"`
			B string `query:"a"`
		}]("/a"), `struct.B: the query parameter "a" is declared twice`},
		{"closed headers", get[struct {
			A closed `header:"*"`
		}]("/a"), `struct.A: headers cannot be closed: clients and proxies add their own`},
		{"name that no cookie has", get[struct {
			A struct {
				B string `json:"b c"`
			} `cookie:"*"`
		}]("/a"), `struct.A: b c: tag cookie:"b c": no cookie can have this name`},
		{"path without them", get[struct {
			A struct{ ID, Name string } `path:"*"`
		}]("/{ID}"), `struct.A: Name: tag path:"Name": path /{ID} has no such parameter`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := mistakes(t, tt.routes)
			assert.Equal(t, len(got), 1, got)
			assert.Contains(t, got[0], tt.want)
		})
	}
}

// Embedded is exported, as an embedded pointer must be.
type Embedded struct {
	A string `json:"a"`
}

func TestListsInHeaders(t *testing.T) {
	c := newClient(t, func(r *tenon.Router) {
		tenon.Get(r, "/", func(_ context.Context, in *struct {
			Tags  []string `header:"X-Tag" default:"[]"`
			Pair  [2]int   `header:"X-Pair" default:"[0,0]"`
			Plain string   `header:"X-Plain" default:"none"`
		}) (string, error) {
			return fmt.Sprintf("%q %v %s", in.Tags, in.Pair, in.Plain), nil
		})
	})
	tests := []struct {
		name    string
		headers []string
		want    string
	}{
		{"none", nil, `[] [0 0] none`},
		{"one line", []string{"X-Tag: a, b ,c", "X-Pair: 1,2"}, `["a" "b" "c"] [1 2] none`},
		{"several lines", []string{"X-Tag: a", "X-Tag: b,,c,", "X-Pair: 1", "X-Pair: 2"}, `["a" "b" "c"] [1 2] none`},
		{"quoted", []string{`X-Tag: "a,b", W/"c\",d"`}, `["\"a,b\"" "W/\"c\\\",d\""] [0 0] none`},
		{"no list", []string{"X-Plain: a, b"}, `[] [0 0] a, b`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := c.Do("GET", "/", "", tt.headers...)
			assert.Equal(t, r.Status, 200, string(r.Body))
			var got string
			assert.NoError(t, json.Unmarshal(r.Body, &got))
			assert.Equal(t, got, tt.want)
		})
	}
}

type filePath struct {
	Path string `path:"path" check:"maxLength=20"`
}

func TestAParameterTakesTheRestOfThePath(t *testing.T) {
	var e *tenon.Endpoint[filePath, string]
	app := newApp(t, nil, func(r *tenon.Router) {
		e = tenon.Get(r, "/files/{path...}", func(_ context.Context, in *filePath) (string, error) { return in.Path, nil })
	})
	c := tenontest.New(t, app)
	for target, want := range map[string]string{
		"/files/home/x.txt":                 `200 "home/x.txt"`,
		"/files//home/x.txt":                `200 "/home/x.txt"`,
		"/files/a%2Fb/c%20d/":               `200 "a/b/c d/"`,
		"/files/%252e%252e/etc":             `200 "%2e%2e/etc"`,
		"/files/a/%2e%2e/b":                 `404`,
		"/files/a%2f..%2fb":                 `404`,
		"/files":                            `404`,
		"/files/%ff":                        `422`,
		"/files/" + fmt.Sprintf("%021d", 0): `422`,
	} {
		r := c.Do("GET", target, "")
		got := fmt.Sprint(r.Status)
		if r.Status == 200 {
			got += " " + string(r.Body)
		}
		assert.Equal(t, got, want, target)
	}
	p := app.Document().Paths["/files/{path}"].Get.Parameters[0]
	assert.Equal(t, p.Name+" "+p.In, "path path")
	link, err := e.URL(&filePath{Path: "a b/c"})
	assert.NoError(t, err)
	assert.Equal(t, link, "/files/a%20b/c")
	r, err := tenontest.Call(c, e, &filePath{Path: "a b/c"})
	assert.NoError(t, err)
	assert.Equal(t, r.Out, "a b/c")
	_, err = e.URL(&filePath{Path: "a/../b"})
	assert.Contains(t, fmt.Sprint(err), `is "a/../b", which no path can hold`)
}

func TestMistakesWithTheRestOfAPath(t *testing.T) {
	errs := mistakes(t, func(r *tenon.Router) {
		tenon.Get(r, "/a/{path...}", ok[filePath, string], tenon.Doc{ID: "a"})
		tenon.Get(r, "/a/{path}", ok[filePath, string], tenon.Doc{ID: "b"})
		r.Mount("/m/{path...}", nil)
	})
	assert.Equal(t, len(errs), 2, errs)
	assert.Contains(t, errs[0], "cannot be told in the document from /a/{path...} at")
	assert.Contains(t, errs[1], "a mounted handler takes the rest of the path as it is")
}

// TestFieldsOfAModelMayHaveNamesOfTheirOwn has names that the source demands and JSON does not.
func TestFieldsOfAModelMayHaveNamesOfTheirOwn(t *testing.T) {
	type shared struct {
		Trace string `json:"trace" header:"trace_parent" query:"tp" default:""`
	}
	type in struct {
		Headers shared `header:"*"`
		Query   shared `query:"*"`
	}
	c := newClient(t, func(r *tenon.Router) {
		tenon.Get(r, "/names", func(_ context.Context, in *in) (string, error) { return in.Headers.Trace + in.Query.Trace, nil })
	})
	assert.Equal(t, string(c.Do("GET", "/names?tp=b&trace=c", "", "trace_parent: a").Body), `"ab"`)
}
