package tenon_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/tenontest"
)

// fetched is an order that is there, or one that is being made.
type fetched struct {
	Done    *item   `status:"200"`
	Pending *string `status:"202" content:"text/plain"`
	Age     int     `header:"Age"`
}

func TestTheBodyThatIsGivenDecidesTheStatus(t *testing.T) {
	waiting := "in a minute"
	tests := []struct {
		name   string
		answer fetched
		status int
		media  string
		body   string
	}{
		{"first", fetched{Done: &item{"pin", 1}}, 200, "application/json", `{"name":"pin","count":1}`},
		{"second", fetched{Pending: &waiting}, 202, "text/plain; charset=utf-8", waiting},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var e *tenon.Endpoint[none, fetched]
			c := newClient(t, func(r *tenon.Router) {
				e = tenon.Get(r, "/a", func(context.Context, *none) (fetched, error) { return tt.answer, nil })
			})
			r, err := tenontest.Call(c, e, &none{})
			assert.NoError(t, err)
			assert.Equal(t, r.Status, tt.status)
			assert.Equal(t, r.Header.Get("Content-Type"), tt.media)
			assert.Equal(t, string(r.Body), tt.body)
			assert.Equal(t, r.Out, tt.answer)
		})
	}
	for _, bad := range []fetched{{}, {Done: new(item), Pending: new(string)}} {
		c := newClient(t, answering("/a", bad))
		c.ServerErrors = true
		wantProblem(t, c, c.Do("GET", "/a", ""), 500, "internal_error")
	}
	responses := newApp(t, nil, answering("/a", fetched{})).Document().Paths["/a"].Get.Responses
	assert.Equal(t, responses["200"].Content["application/json"].Schema.Ref, "#/components/schemas/Item")
	assert.Equal(t, len(responses["202"].Content["text/plain"].Schema.Type), 1)
}

func TestC23TextHasACharset(t *testing.T) {
	type page struct {
		Body string `content:"text/html"`
	}
	type latin struct {
		Body []byte `content:"text/plain; charset=iso-8859-1"`
	}
	type picture struct {
		Body []byte `content:"image/png"`
	}
	type versioned struct {
		Body item `content:"application/vnd.item+json"`
	}
	tests := []struct {
		name        string
		routes      func(*tenon.Router)
		media, body string
	}{
		{"html", answering("/a", page{"<p>ä</p>"}), "text/html; charset=utf-8", "<p>ä</p>"},
		{"another charset", answering("/a", latin{[]byte("\xe4")}), "text/plain; charset=iso-8859-1", "\xe4"},
		{"bytes", answering("/a", picture{[]byte("\x89PNG")}), "image/png", "\x89PNG"},
		{"another JSON", answering("/a", versioned{item{"pin", 1}}), "application/vnd.item+json", `{"name":"pin","count":1}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			app := newApp(t, nil, tt.routes)
			for _, method := range []string{"GET", "HEAD"} {
				r := tenontest.New(t, app).Do(method, "/a", "")
				assert.Equal(t, r.Header.Get("Content-Type"), tt.media)
				assert.Equal(t, r.Header.Get("Content-Length"), fmt.Sprint(len(tt.body)))
				assert.Equal(t, string(r.Body) == tt.body, method == "GET")
			}
			media, _, _ := strings.Cut(tt.media, ";")
			assert.Equal(t, app.Document().Paths["/a"].Get.Responses["200"].Content[media] != nil, true)
		})
	}
	c := newClient(t, answering("/a", page{"\xff"}))
	c.ServerErrors = true
	wantProblem(t, c, c.Do("GET", "/a", ""), 500, "internal_error")
}

// table has a form for spreadsheets.
type table []item

func (t table) AppendAs(dst []byte, mediaType string) ([]byte, error) {
	if mediaType != "text/csv" || len(t) == 0 {
		return nil, errors.New("nothing to print as " + mediaType)
	}
	for _, row := range t {
		dst = fmt.Appendf(dst, "%s,%d\r\n", row.Name, row.Count)
	}
	return dst, nil
}

type exported struct {
	Body table `content:"application/json,text/csv"`
}

func TestTheClientChoosesAMediaType(t *testing.T) {
	const json, csv = "application/json", "text/csv; charset=utf-8"
	tests := map[string]string{ // Accept: what comes, empty for 406
		"":                                      json,
		"*/*":                                   json,
		"text/csv":                              csv,
		"TEXT/CSV":                              csv,
		"text/*":                                csv,
		"application/json, text/csv":            json,
		"text/csv, application/json;q=0.9":      csv,
		"text/csv;q=0.5, */*":                   json,
		"application/json;q=0, */*;q=0.1":       csv,
		"text/csv;header=absent":                csv,
		"image/png, */*;q=0":                    "",
		"image/png":                             "",
		"application/json;q=0, text/csv;q=0":    "",
		"text/csv;q=high, application/json;q=1": json,
		"nonsense":                              "",
		",":                                     json,
	}
	app := newApp(t, nil, answering("/a", exported{table{{"pin", 1}}}))
	c := tenontest.New(t, app)
	for accept, want := range tests {
		r := c.Do("GET", "/a", "", "Accept: "+accept)
		assert.Equal(t, r.Header.Get("Vary"), "Accept", accept)
		if want == "" {
			wantProblem(t, c, r, 406, "not_acceptable")
			continue
		}
		assert.Equal(t, r.Header.Get("Content-Type"), want, accept)
		assert.Equal(t, strings.HasPrefix(string(r.Body), "["), want == json, accept)
	}
	r := c.Do("HEAD", "/a", "", "Accept: text/csv")
	assert.Equal(t, r.Header.Get("Content-Length"), "7")
	responses := app.Document().Paths["/a"].Get.Responses
	assert.Equal(t, len(responses["200"].Content), 2)
	assert.Equal(t, responses["406"] != nil, true)

	c = newClient(t, answering("/a", exported{}))
	c.ServerErrors = true
	wantProblem(t, c, c.Do("GET", "/a", "", "Accept: text/csv"), 500, "internal_error")
}

func TestNothingRunsForAnAnswerThatNobodyTakes(t *testing.T) {
	c := newClient(t, func(r *tenon.Router) {
		tenon.Post(r, "/a", func(context.Context, *bodied) (exported, error) {
			t.Error("the handler ran")
			return exported{}, nil
		}, tenon.Guard(func(context.Context, *none) error {
			t.Error("a stage ran")
			return nil
		}))
	})
	wantProblem(t, c, c.Do("POST", "/a", `{"name":"pin","count":1}`, "Accept: image/png"), 406, "not_acceptable")
}

// loggedIn is what a login answers.
type loggedIn struct {
	ID    http.Cookie `cookie:"__Host-session" doc:"Who is logged in"`
	Theme http.Cookie `cookie:"theme,script,insecure"`
	Body  item
}

func TestCookiesAreSafeUnlessTheTypeSaysOtherwise(t *testing.T) {
	const safe = "; HttpOnly; Secure; SameSite=Lax"
	long := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name   string
		answer loggedIn
		want   []string // nil for 500
	}{
		{"none", loggedIn{}, []string{}},
		{"value", loggedIn{ID: http.Cookie{Value: "a"}}, []string{"__Host-session=a; Path=/" + safe}},
		{"two", loggedIn{ID: http.Cookie{Value: "a"}, Theme: http.Cookie{Value: "dark", Path: "/b", Domain: "example.com"}},
			[]string{"__Host-session=a; Path=/" + safe, "theme=dark; Path=/b; Domain=example.com; SameSite=Lax"}},
		{"removed", loggedIn{ID: http.Cookie{MaxAge: -1}}, []string{"__Host-session=; Path=/; Max-Age=0" + safe}},
		{"strict and dated", loggedIn{ID: http.Cookie{Value: "a b", Expires: long, SameSite: http.SameSiteStrictMode, Partitioned: true}},
			[]string{`__Host-session="a b"; Path=/; Expires=Tue, 01 Jan 2030 00:00:00 GMT; HttpOnly; Secure; SameSite=Strict; Partitioned`}},
		{"of a domain that __Host- forbids", loggedIn{ID: http.Cookie{Value: "a", Domain: "example.com"}}, nil},
		{"of a path that __Host- forbids", loggedIn{ID: http.Cookie{Value: "a", Path: "/b"}}, nil},
		{"to other sites without TLS", loggedIn{Theme: http.Cookie{Value: "a", SameSite: http.SameSiteNoneMode}}, nil},
		{"with a value that no cookie has", loggedIn{ID: http.Cookie{Value: "a;b"}}, nil},
		{"with a path that injects", loggedIn{Theme: http.Cookie{Value: "a", Path: "/;x"}}, nil},
		{"with another name", loggedIn{ID: http.Cookie{Name: "id", Value: "a"}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newClient(t, answering("/a", tt.answer))
			c.ServerErrors = tt.want == nil
			r := c.Do("GET", "/a", "")
			if tt.want == nil {
				wantProblem(t, c, r, 500, "internal_error")
				assert.Equal(t, r.Header["Set-Cookie"], nil)
				return
			}
			assert.Equal(t, len(r.Header["Set-Cookie"]), len(tt.want))
			for i, want := range tt.want {
				assert.Equal(t, r.Header["Set-Cookie"][i], want)
			}
		})
	}
	var e *tenon.Endpoint[none, loggedIn]
	app := newApp(t, nil, func(r *tenon.Router) {
		e = tenon.Get(r, "/a", func(context.Context, *none) (loggedIn, error) {
			return loggedIn{ID: http.Cookie{Value: "a", MaxAge: 60}}, nil
		})
	})
	r, err := tenontest.Call(tenontest.New(t, app), e, &none{})
	assert.NoError(t, err)
	assert.Equal(t, r.Out.ID.Value, "a")
	assert.Equal(t, r.Out.ID.MaxAge, 60)
	assert.Contains(t, app.Document().Paths["/a"].Get.Responses["200"].Headers["Set-Cookie"].Description, "Sets the cookie __Host-session: Who is logged in")
}

func TestRedirectsStayOnTheSite(t *testing.T) {
	type login struct {
		_        struct{} `status:"302"`
		Location string   `header:"Location" hosts:"login.example.com,localhost:8081"`
	}
	tests := []struct {
		location    string
		own, listed bool // what Redirect and login take
	}{
		{"/orders/7?a=b#c", true, true},
		{"orders/7", true, true},
		{"?page=2", true, true},
		{"https://login.example.com/a", false, true},
		{"http://localhost:8081/a", false, true},
		{"http://login.example.com/a", false, false},
		{"https://login.example.com:444/a", false, false},
		{"https://login.example.com@evil.example/a", false, false},
		{"https://user@login.example.com/a", false, false},
		{"https://evil.example/login.example.com", false, false},
		{"//evil.example/a", false, false},
		{"///evil.example/a", false, false},
		{`/\evil.example/a`, false, false},
		{"/\tevil.example", false, false},
		{"https:evil.example", false, false},
		{"https:///evil.example", false, false},
		{"javascript:alert(1)", false, false},
		{"/a\r\nSet-Cookie: b", false, false},
		{"", false, false},
	}
	for _, tt := range tests {
		for want, routes := range map[*bool]func(*tenon.Router){
			&tt.own:    answering("/a", tenon.Redirect{Location: tt.location}),
			&tt.listed: answering("/a", login{Location: tt.location}),
		} {
			c := newClient(t, routes)
			c.ServerErrors = true
			r := c.Do("GET", "/a", "")
			assert.Equal(t, r.Status < 400, *want, tt.location)
			assert.Equal(t, r.Header.Get("Location") == tt.location && tt.location != "", *want, tt.location)
		}
	}
	reply := tenon.Reply[item]{Header: http.Header{"location": {"https://evil.example"}}}
	c := newClient(t, answering("/a", reply, tenon.Status(307)))
	c.ServerErrors = true
	assert.Equal(t, c.Do("GET", "/a", "").Status, 500)
}

func TestRedirectsAreOfTheKindThatIsChosen(t *testing.T) {
	app := newApp(t, nil, answering("/a", tenon.Redirect{Location: "/b"}), answering("/c", tenon.Redirect{Location: "/b", Status: 301}),
		answering("/d", tenon.Redirect{Location: "/b"}, tenon.Status(308)))
	c := tenontest.New(t, app)
	for path, want := range map[string]int{"/a": 303, "/c": 301, "/d": 308} {
		r := c.Do("GET", path, "")
		assert.Equal(t, r.Status, want)
		assert.Equal(t, r.Header, http.Header{"Location": {"/b"}})
	}
	documented := 0
	for status := range app.Document().Paths["/d"].Get.Responses {
		if status < "400" {
			documented++
		}
	}
	assert.Equal(t, documented, 1)
	var e *tenon.Endpoint[byID, item]
	linked := newClient(t, func(r *tenon.Router) {
		e = tenon.Get(r, "/items/{id}", named)
		tenon.Get(r, "/latest", func(context.Context, *none) (out tenon.Redirect, err error) {
			out.Location, err = e.URL(&byID{url.PathEscape("a/b")})
			return out, err
		})
	})
	assert.Equal(t, linked.Do("GET", "/latest", "").Status, 303)
}

func TestMistakesInContents(t *testing.T) {
	tests := []struct {
		name   string
		routes func(*tenon.Router)
		want   string
	}{
		{"not a media type", answering("/a", struct {
			Body string `content:"html"`
		}{}), `tag content:"html": want media types separated by commas`},
		{"a range", answering("/a", struct {
			Body string `content:"text/*"`
		}{}), `tag content:"text/*": want media types separated by commas`},
		{"twice", answering("/a", struct {
			Body table `content:"text/csv,text/csv;charset=utf-8"`
		}{}), "lists text/csv twice"},
		{"a struct as text", answering("/a", struct {
			Body item `content:"text/csv"`
		}{}), "a tenon_test.item is sent as JSON: want a string, a []byte, or a type with AppendAs"},
		{"a string in two forms", answering("/a", struct {
			Body string `content:"text/csv,text/html"`
		}{}), "a string has one media type"},
		{"two bodies of one status", answering("/a", struct {
			A *item `status:"200"`
			B *item `status:"200"`
		}{}), "the status 200 is declared twice"},
		{"a body of two statuses", answering("/a", struct {
			A *item `status:"200,201"`
		}{}), `tag status:"200,201": want the one status that has this body`},
		{"a body of a status beside Body", answering("/a", struct {
			A    *item `status:"200"`
			Body item
		}{}), "the answer has two fields Body"},
		{"a body beside a status", answering("/a", struct {
			_ struct{} `status:"200"`
			A *item    `status:"201"`
		}{}), "a body decides the status, and so does another field"},
		{"one of several in two forms", answering("/a", struct {
			A *table `status:"200" content:"application/json,text/csv"`
		}{}), "one of several bodies has one media type"},
		{"a body of 204", answering("/a", struct {
			A *item `status:"204"`
		}{}), "status 204 has no body"},
		{"a cookie of another type", answering("/a", struct {
			A string `cookie:"a"`
		}{}), `tag cookie:"a": want an exported field of type http.Cookie`},
		{"a cookie of no name", answering("/a", struct {
			A http.Cookie `cookie:"a b"`
		}{}), `tag cookie:"a b": no cookie can have this name`},
		{"a cookie twice", answering("/a", struct {
			A http.Cookie `cookie:"a"`
			B http.Cookie `cookie:"a"`
		}{}), `the cookie "a" is declared twice`},
		{"a cookie with an unknown option", answering("/a", struct {
			A http.Cookie `cookie:"a,httponly"`
		}{}), `unknown option "httponly"`},
		{"an insecure cookie of a secure name", answering("/a", struct {
			A http.Cookie `cookie:"__Secure-a,insecure"`
		}{}), `the prefix of the cookie "__Secure-a" promises what the option insecure takes away`},
		{"a cookie as a header", answering("/a", struct {
			A string `header:"Set-Cookie"`
		}{}), "use the tag cookie on an http.Cookie"},
		{"hosts of another header", answering("/a", struct {
			A string `header:"Link" hosts:"a.example"`
		}{}), "the tag hosts is for the header Location"},
		{"a redirect of another status", answering("/a", tenon.Redirect{}, tenon.Status(304)), "option Status[304] has no effect"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Contains(t, strings.Join(mistakes(t, tt.routes), "\n"), tt.want)
		})
	}
}
