package route_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/internal/route"
	"github.com/tenonapi/tenon/transport"
)

func mustParse(t testing.TB, text string) *route.Template {
	t.Helper()
	tmpl, err := route.Parse(text)
	assert.NoError(t, err)
	return tmpl
}

func TestParse(t *testing.T) {
	tests := []struct {
		text   string
		params []string
		err    string
	}{
		{text: "/"},
		{text: "/orders"},
		{text: "/orders/"},
		{text: "/a-b_c.d~e!$&'()*+,;=:@"},
		{text: "/{id}", params: []string{"id"}},
		{text: "/v1/{org_id}/x/{ID-2}/", params: []string{"org_id", "ID-2"}},
		{text: "/..."},
		{text: strings.Repeat("/{a}", 1) + many(transport.MaxParams-1), params: append([]string{"a"}, names(transport.MaxParams-1)...)},
		{text: many(transport.MaxParams + 1), err: "has 17 parameters, at most 16 are possible"},
		{text: "", err: "want a slash at the beginning"},
		{text: "orders", err: "want a slash at the beginning"},
		{text: "*", err: "want a slash at the beginning"},
		{text: "//", err: "has an empty segment"},
		{text: "/a//b", err: "has an empty segment"},
		{text: "/a/./b", err: `segment "." is resolved away by clients`},
		{text: "/..", err: `segment ".." is resolved away by clients`},
		{text: "/a?b", err: "no query, no fragment"},
		{text: "/a#b", err: "no query, no fragment"},
		{text: "/a%2Fb", err: "nothing percent-encoded"},
		{text: "/a b", err: "want ASCII letters, digits and punctuation"},
		{text: "/a\nb", err: "want ASCII letters, digits and punctuation"},
		{text: "/café", err: "want ASCII letters, digits and punctuation"},
		{text: `/a\b`, err: "want ASCII letters, digits and punctuation"},
		{text: "/a{id}", err: "a parameter is a whole segment, as in /orders/{id}"},
		{text: "/a}", err: "a parameter is a whole segment, as in /orders/{id}"},
		{text: "/{id}.json", err: `"{id}.json" is no parameter: want a name in braces`},
		{text: "/{id", err: `"{id" is no parameter: want a name in braces`},
		{text: "/{}", err: `"{}" is no parameter: want a name in braces`},
		{text: "/{id:int}", err: "is no parameter"},
		{text: "/a/{rest...}", params: []string{"rest"}},
		{text: "/{rest...}/a", err: `"{rest...}" takes the rest of the path: it can only be the last segment`},
		{text: "/{rest...}/", err: "it can only be the last segment"},
		{text: "/{...}", err: "is no parameter"},
		{text: "/{rest....}", err: "is no parameter"},
		{text: "/{*}", err: "is no parameter"},
		{text: "/{a{b}}", err: "is no parameter"},
		{text: "/{id}/{id}", err: `parameter "id" occurs twice`},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got, err := route.Parse(tt.text)
			if tt.err != "" {
				if err == nil {
					t.Fatal("got no error")
				}
				assert.Contains(t, err.Error(), fmt.Sprintf("path %q: ", tt.text))
				assert.Contains(t, err.Error(), tt.err)
				return
			}
			assert.NoError(t, err)
			assert.Equal(t, got.Params, tt.params)
			assert.Equal(t, got.Text, tt.text)
		})
	}
}

func names(n int) (list []string) {
	for i := range n {
		list = append(list, fmt.Sprintf("p%d", i))
	}
	return list
}

func many(n int) string {
	if n == 0 {
		return ""
	}
	return "/{" + strings.Join(names(n), "}/{") + "}"
}

func TestBuild(t *testing.T) {
	tests := []struct {
		template string
		values   []string
		want     string // "" for an error
	}{
		{"/", nil, "/"},
		{"/orders/", nil, "/orders/"},
		{"/orders/{id}", []string{"7"}, "/orders/7"},
		{"/{a}/x/{b}/", []string{"a/b", "ä ?#%&+"}, "/a%2Fb/x/%C3%A4%20%3F%23%25&+/"},
		{"/{a}", []string{"..."}, "/..."},
		{"/{a}", []string{"\x00\xff"}, "/%00%FF"},
		{"/{a}", []string{""}, ""},
		{"/{a}", []string{"."}, ""},
		{"/x/{a}/y", []string{".."}, ""},
		{"/x/{a}/{b...}", []string{"1", "c d/é//f"}, "/x/1/c%20d/%C3%A9//f"},
		{"/x/{b...}", []string{""}, "/x/"},
		{"/x/{b...}", []string{"a%2Fb"}, "/x/a%252Fb"},
		{"/x/{b...}", []string{"a/../b"}, ""},
	}
	for _, tt := range tests {
		got, err := mustParse(t, tt.template).Build(tt.values)
		assert.Equal(t, got, tt.want, tt.template, tt.values)
		assert.Equal(t, err != nil, tt.want == "", tt.template, tt.values, err)
	}
}

// newTree returns a tree in which each template leads to its own text.
func newTree(t testing.TB, templates ...string) *route.Tree[string] {
	t.Helper()
	tree := new(route.Tree[string])
	for _, text := range templates {
		if below, ok := strings.CutSuffix(text, "*"); ok {
			*tree.Below(mustParse(t, below)) = text
		} else {
			*tree.At(mustParse(t, text)) = text
		}
	}
	return tree
}

// find returns the template that a path leads to and the parameters: "/a/{x} 1".
func find(tree *route.Tree[string], path string) string {
	var p transport.Params
	got, err := tree.Find(path, &p)
	switch {
	case err != nil:
		return err.Error()
	case got == nil:
		return ""
	}
	out := *got
	for i := range p.Len() {
		out += " " + p.At(i)
	}
	return out
}

func TestFind(t *testing.T) {
	templates := []string{
		"/", "/orders", "/orders/", "/orders/{id}", "/orders/new", "/orders/{id}/lines/{n}", "/orders/new/x/{y}",
		"/{a}/{b}/deep/fixed", "/{a}/list", "/files/*", "/files/typed", "/files/{id}/x", "/t/{x}/m/*",
	}
	tests := map[string]string{
		"/":                          "/",
		"/orders":                    "/orders",
		"/orders/":                   "/orders/",
		"/orders/7":                  "/orders/{id} 7",
		"/orders/new":                "/orders/new",
		"/orders/news":               "/orders/{id} news",
		"/orders/%6eew":              "/orders/new",
		"/orders/a%2Fb":              "/orders/{id} a/b",
		"/orders/a%2fnew":            "/orders/{id} a/new",
		"/orders/7/lines/8":          "/orders/{id}/lines/{n} 7 8",
		"/orders/new/lines/8":        "/orders/{id}/lines/{n} new 8",
		"/orders/new/x/y":            "/orders/new/x/{y} y",
		"/orders/new/deep/fixed":     "/{a}/{b}/deep/fixed orders new",
		"/other/list":                "/{a}/list other",
		"/orders/list":               "/orders/{id} list",
		"/files":                     "/files/*",
		"/files/":                    "/files/*",
		"/files/a/b//c/..":           "/files/*",
		"/files/typed":               "/files/typed",
		"/files/typed/y":             "/files/*",
		"/files/7/x":                 "/files/{id}/x 7",
		"/files/../x":                "/files/*",
		"/t/1/m":                     "/t/{x}/m/* 1",
		"/t/1/m/2/3":                 "/t/{x}/m/* 1",
		"/t/1/n":                     "",
		"":                           "",
		"*":                          "",
		"orders":                     "",
		"//":                         "",
		"//orders":                   "",
		"/orders//":                  "",
		"/orders/7/":                 "",
		"/orders/7/lines/":           "",
		"/orders/.":                  "",
		"/orders/..":                 "",
		"/orders/%2E%2e":             "",
		"/orders/.%2e/lines/1":       "",
		"/orders/%2e%2e%2f":          "/orders/{id} ../",
		"/ORDERS":                    "",
		"/orders/%":                  "route: bad percent-encoding in path",
		"/orders/%4":                 "route: bad percent-encoding in path",
		"/orders/%zz":                "route: bad percent-encoding in path",
		"/%/nothing":                 "route: bad percent-encoding in path",
		"/orders/%25zz":              "/orders/{id} %zz",
		"/orders/%00":                "/orders/{id} \x00",
		strings.Repeat("/orders", 9): "",
	}
	for range 20 {
		rand.Shuffle(len(templates), func(i, j int) { templates[i], templates[j] = templates[j], templates[i] })
		tree := newTree(t, templates...)
		for path, want := range tests {
			assert.Equal(t, find(tree, path), want, path, templates)
		}
	}
}

func TestAParameterTakesTheRest(t *testing.T) {
	tree := newTree(t, "/files/{path...}", "/files/fixed/x", "/files/{id}/meta", "/files/*", "/{all...}")
	for path, want := range map[string]string{
		"/files/a":           "/files/{path...} a",
		"/files/a/b.txt":     "/files/{path...} a/b.txt",
		"/files/":            "/files/{path...} ",
		"/files//etc/passwd": "/files/{path...} /etc/passwd",
		"/files/a%2Fb%20c/d": "/files/{path...} a/b c/d",
		"/files/a%252Fb":     "/files/{path...} a%2Fb",
		"/files/fixed/x":     "/files/fixed/x",
		"/files/fixed/y":     "/files/{path...} fixed/y",
		"/files/1/meta":      "/files/{id}/meta 1",
		"/files/1/meta/2":    "/files/{path...} 1/meta/2",
		"/files":             "/files/*",
		"/files/../x":        "/files/*", // a handler of net/http, which is given the path as it is
		"/files/a/%2e%2E/b":  "/files/*",
		"/files/a%2F..%2Fb":  "/files/*",
		"/files/..%2f..%2Fb": "/files/*",
		"/other/a/b":         "/{all...} other/a/b",
		"/":                  "/{all...} ",
		"/other/..":          "",
		"/other/%2e%2e%2fb":  "",
		"/other/...":         "/{all...} other/...",
		"/other/%zz":         "route: bad percent-encoding in path",
	} {
		assert.Equal(t, find(tree, path), want, path)
	}
	assert.Equal(t, mustParse(t, "/files/{path...}").Documented(), "/files/{path}")
}

func TestRootPrefixTakesTheRest(t *testing.T) {
	tree := newTree(t, "/*", "/a/{b}")
	for path, want := range map[string]string{"/": "/*", "/x/y": "/*", "/a": "/*", "/a/": "/*", "/a/1": "/a/{b} 1", "//": "/*", "": ""} {
		assert.Equal(t, find(tree, path), want, path)
	}
}

func TestPlacesAreSharedByTemplatesThatDifferInNamesOnly(t *testing.T) {
	tree := new(route.Tree[int])
	a, b := tree.At(mustParse(t, "/a/{x}")), tree.At(mustParse(t, "/a/{y}"))
	assert.Equal(t, a == b, true)
	assert.Equal(t, tree.At(mustParse(t, "/a/{x}/")) == a, false)
	assert.Equal(t, tree.Below(mustParse(t, "/a/{x}")) == a, false)
	assert.Equal(t, tree.Below(mustParse(t, "/a/{x}")) == tree.Below(mustParse(t, "/a/{y}/")), true)
}

func TestManyFixedSegmentsSideBySide(t *testing.T) {
	var templates []string
	for i := range 20 {
		templates = append(templates, fmt.Sprintf("/s%d/x", i), fmt.Sprintf("/s%d/{id}", i))
		tree := newTree(t, append(templates, "/{any}/x")...)
		for j := range 20 {
			want := fmt.Sprintf("/s%d/x", j)
			if j > i {
				want = fmt.Sprintf("/{any}/x s%d", j)
			}
			assert.Equal(t, find(tree, fmt.Sprintf("/s%d/x", j)), want, i)
		}
	}
}

func TestFindStartsWithoutParameters(t *testing.T) {
	tree := newTree(t, "/a/{x}/b", "/{x}/c/d")
	var p transport.Params
	p.Push("left over")
	for _, path := range []string{"/a/1/b", "/a/c/d", "/a/1/z"} {
		_, err := tree.Find(path, &p)
		assert.NoError(t, err)
	}
	assert.Equal(t, p.Len(), 0, "after a path that leads nowhere")
	_, err := tree.Find("/a/c/d", &p)
	assert.NoError(t, err)
	assert.Equal(t, p.Len(), 1)
	assert.Equal(t, p.At(0), "a")
}

func TestFindDoesNotAllocate(t *testing.T) {
	tree := newTree(t, "/v1/orders/{id}", "/v1/orders/new", "/v1/{x}/y")
	var p transport.Params
	if n := testing.AllocsPerRun(100, func() { _, _ = tree.Find("/v1/orders/7", &p) }); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}

// FuzzParse checks that a template that parses leads back to itself.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"/", "/a/{b}/c", "/{a}/{b}/", "/a//b", "/{", "/..", "/a{b}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tmpl, err := route.Parse(text)
		if err != nil {
			return
		}
		values := make([]string, len(tmpl.Params))
		for i := range values {
			values[i] = fmt.Sprintf("v %d/%%", i)
		}
		path, err := tmpl.Build(values)
		assert.NoError(t, err)
		tree := new(route.Tree[string])
		*tree.At(tmpl) = text
		got := find(tree, path)
		assert.Equal(t, got, strings.Join(append([]string{text}, values...), " "), path)
	})
}

// FuzzFind compares the tree with the definition of a match, template by template.
func FuzzFind(f *testing.F) {
	for _, seed := range []string{"/a/b", "/a/%2e%2e/b", "//", "/a/%zz", "", "/orders/new/x/", "/files/../a"} {
		f.Add(seed)
	}
	templates := []string{"/", "/a", "/a/{x}", "/a/b", "/{x}/b", "/a/{x}/c", "/{x}/{y}/{z}", "/a/", "/a/b/c/"}
	tree := newTree(f, templates...)
	f.Fuzz(func(t *testing.T, path string) {
		var p transport.Params
		got, err := tree.Find(path, &p)
		if err != nil {
			assert.ErrorIs(t, err, route.ErrEscape)
			return
		}
		matched := false
		for _, text := range templates {
			if values, ok := match(text, path); ok {
				matched = true
				if got != nil && *got == text {
					assert.Equal(t, p.Len(), len(values))
					for i, v := range values {
						assert.Equal(t, p.At(i), v, path)
					}
				}
			}
		}
		if matched != (got != nil) {
			t.Errorf("%q: found %v, want a match: %v", path, got, matched)
		}
	})
}

// match compares a path with one template.
func match(template, path string) (values []string, ok bool) {
	want, got := strings.Split(template, "/"), strings.Split(path, "/")
	if len(want) != len(got) || got[0] != "" {
		return nil, false
	}
	for i, s := range got {
		s, err := unescape(s)
		switch {
		case err != nil:
			return nil, false
		case strings.HasPrefix(want[i], "{") && s != "" && s != "." && s != "..":
			values = append(values, s)
		case s != want[i]:
			return nil, false
		}
	}
	return values, true
}

// unescape decodes a segment in the most direct way.
func unescape(s string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b.WriteByte(s[i])
			continue
		}
		var c byte
		if i+3 > len(s) {
			return "", errors.New("cut")
		}
		if _, err := fmt.Sscanf(s[i+1:i+3], "%02x", &c); err != nil {
			return "", err
		}
		b.WriteByte(c)
		i += 2
	}
	return b.String(), nil
}
