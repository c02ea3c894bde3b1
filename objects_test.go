package tenon_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/tenontest"
)

// A priceSpan is an object in a query.
type priceSpan struct {
	Low  int      `json:"ge" check:"ge=0"`
	High *int     `json:"le"`
	Tags []string `json:"tag" default:"[]" check:"maxItems=2"`
}

// Validate implements [schema.Validator].
func (s *priceSpan) Validate(is *schema.Issues) {
	if s.High != nil && *s.High < s.Low {
		is.Add(&s.High, "order", "le is below ge")
	}
}

type strictSpan struct {
	_ struct{} `check:"additionalProperties=false"`
	priceSpan
}

type searchIn struct {
	Price  priceSpan                 `query:"price" doc:"Price in cents"`
	Weight *strictSpan               `query:"weight"`
	Age    tenon.Opt[priceSpan]      `query:"age"`
	Labels map[string]string         `query:"label" default:"{}" check:"maxProperties=2,keys(maxLength=3)"`
	Counts tenon.Opt[map[string]int] `query:"count"`
}

func (in *searchIn) text() string {
	show := func(s priceSpan) string {
		high := "-"
		if s.High != nil {
			high = fmt.Sprint(*s.High)
		}
		return fmt.Sprint(s.Low, high, s.Tags)
	}
	text := show(in.Price)
	if in.Weight != nil {
		text += " weight " + show(in.Weight.priceSpan)
	}
	if age, ok := in.Age.Get(); ok {
		text += " age " + show(age)
	}
	return fmt.Sprint(text, " ", in.Labels, in.Counts.Or(nil))
}

func search(r *tenon.Router) {
	tenon.Get(r, "/search", func(_ context.Context, in *searchIn) (string, error) {
		switch {
		case in.Price.Low == 13:
			return "", tenon.Invalid(in, &in.Price.Low, "unlucky", "13 is not possible")
		case in.Price.Low == 14:
			return "", tenon.Invalid(in, &in.Price, "unlucky", "14 is not possible")
		case in.Weight != nil && in.Weight.Low == 13:
			return "", tenon.Invalid(in, &in.Weight.Low, "unlucky", "13 is not possible")
		}
		return in.text(), nil
	})
}

func TestObjectsInAQuery(t *testing.T) {
	c := newClient(t, search)
	tests := []struct{ name, query, want string }{
		{"one member", "price[ge]=1", `200 "1-[] map[] map[]"`},
		{"all members", "price[ge]=1&price[le]=5&price[tag]=a&price[tag]=b", `200 "15[a b] map[] map[]"`},
		{"brackets that are encoded", "price%5Bge%5D=1&price%5ble%5d=%35", `200 "15[] map[] map[]"`},
		{"behind a pointer", "price[ge]=1&weight[ge]=2", `200 "1-[] weight 2-[] map[] map[]"`},
		{"in an Opt", "price[ge]=1&age[ge]=2", `200 "1-[] age 2-[] map[] map[]"`},
		{"maps", "price[ge]=1&label[a]=x&label[b]=y+z&count[n]=7", `200 "1-[] map[a:x b:y z] map[n:7]"`},
		{"unknown members", "price[ge]=1&price[x]=1&price[]=1", `200 "1-[] map[] map[]"`},
		{"missing", "", `422 [missing query.price.ge]`},
		{"missing in one that is given", "price[ge]=1&weight[le]=2", `422 [missing query.weight.ge]`},
		{"all that is bad", "price[ge]=-1&price[le]=x&count[a]=b", `422 [greater_than_equal query.price.ge int_parsing query.price.le int_parsing query.count.a]`},
		{"its validator", "price[ge]=7&price[le]=5", `422 [order query.price.le]`},
		{"its validator behind a pointer", "price[ge]=1&weight[ge]=7&weight[le]=5", `422 [order query.weight.le]`},
		{"a member twice", "price[ge]=1&price[ge]=2", `422 [multiple_values query.price.ge]`},
		{"too many of a list", "price[ge]=1&price[tag]=a&price[tag]=b&price[tag]=c", `422 [too_long query.price.tag]`},
		{"too many of a map", "price[ge]=1&label[a]=x&label[b]=x&label[c]=x", `422 [too_long query.label]`},
		{"a bad key", "price[ge]=1&label[long]=x", `422 [string_too_long query.label.long.[key]]`},
		{"unknown in a closed one", "price[ge]=1&weight[ge]=1&weight[x]=1&weight[x]=2&weight[]=1", `422 [extra_forbidden query.weight.x extra_forbidden query.weight.]`},
		{"a member of a member", "price[ge][x]=1&price[ge]=1&price[y][x]=1", `422 [extra_forbidden query.price.ge.x]`},
		{"no object", "price=1", `422 [model_attributes_type query.price]`},
		{"no object, twice", "price=1&price=2", `422 [multiple_values query.price]`},
		{"no object beside one", "price=1&price[ge]=1", `422 [model_attributes_type query.price]`},
		{"an open bracket", "price[ge]=1&price[le=1&pricele]=1", `200 "1-[] map[] map[]"`},
		{"no UTF-8", "price[ge]=1&label[%ff]=x", `422 [string_type query.label.` + "\ufffd" + `.[key]]`},
		{"a member that the handler refuses", "price[ge]=13", `422 [unlucky query.price.ge]`},
		{"an object that the handler refuses", "price[ge]=14", `422 [unlucky query.price]`},
		{"a member behind a pointer that the handler refuses", "price[ge]=1&weight[ge]=13", `422 [unlucky query.weight.ge]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := c.Do("GET", "/search?"+tt.query, "")
			got := fmt.Sprint(r.Status, " ", string(r.Body))
			if r.Status >= 400 {
				got = fmt.Sprint(r.Status, " ", issueTypes(t, c, r))
			}
			assert.Equal(t, got, tt.want)
		})
	}
}

func TestAClosedQueryKnowsTheMembersOfItsObjects(t *testing.T) {
	type filter struct {
		_     struct{}             `check:"additionalProperties=false"`
		Price tenon.Opt[priceSpan] `json:"price"`
	}
	c := newClient(t, func(r *tenon.Router) {
		tenon.Get(r, "/", ok[struct {
			Filter filter `query:"*"`
		}, string])
	})
	assert.Equal(t, c.Do("GET", "/?price[ge]=1", "").Status, 200)
	r := c.Do("GET", "/?prices[ge]=1&price[ge]=x", "")
	assert.Equal(t, issueTypes(t, c, r), []string{"int_parsing query.price.ge", "extra_forbidden query.prices[ge]"})
}

// What is refused costs no more than what is listed.
func TestManyUnknownNamesAreListedUpToALimit(t *testing.T) {
	type filter struct {
		_     struct{}          `check:"additionalProperties=false"`
		Price tenon.Opt[string] `json:"price"`
	}
	c := newClient(t, func(r *tenon.Router) {
		tenon.Get(r, "/", ok[struct {
			Filter filter `query:"*"`
		}, string])
	})
	var query strings.Builder
	for i := range 300 {
		fmt.Fprintf(&query, "&x%d=1", i)
	}
	list := issueTypes(t, c, c.Do("GET", "/?"+query.String(), ""))
	assert.Equal(t, len(list), 101)
	assert.Contains(t, list[100], "too_many_errors")
}

func TestObjectsAreDocumentedAndSentByTypedCalls(t *testing.T) {
	var e *tenon.Endpoint[searchIn, string]
	app := newApp(t, nil, func(r *tenon.Router) {
		e = tenon.Get(r, "/search", func(_ context.Context, in *searchIn) (string, error) { return in.text(), nil })
	})
	params := app.Document().Paths["/search"].Get.Parameters
	text, err := json.Marshal(params[0])
	assert.NoError(t, err)
	assert.Equal(t, string(text), `{"name":"price","in":"query","description":"Price in cents","required":true,"style":"deepObject","explode":true,`+
		`"schema":{"type":"object","properties":{"ge":{"type":"integer","format":"int64","minimum":0},"le":{"type":"integer","format":"int64"},`+
		`"tag":{"type":"array","items":{"type":"string"},"maxItems":2,"default":[]}},"required":["ge"]}}`)
	assert.Equal(t, params[1].Required, false)
	assert.Equal(t, params[1].Schema.AdditionalProperties.Never, true)
	assert.Equal(t, params[3].Schema.PropertyNames.MaxLength != nil, true)
	assert.Equal(t, app.Document().Components.Schemas["PriceSpan"] == nil, true, "an object in a query is described in its place")

	five := 5
	in := &searchIn{Price: priceSpan{Low: 1, High: &five, Tags: []string{"a", "b,c"}}, Weight: &strictSpan{priceSpan: priceSpan{Low: 2}},
		Labels: map[string]string{"b": "x&y", "a": "z"}}
	link, err := e.URL(in)
	assert.NoError(t, err)
	assert.Equal(t, link, "/search?label%5Ba%5D=z&label%5Bb%5D=x%26y&price%5Bge%5D=1&price%5Ble%5D=5&price%5Btag%5D=a&price%5Btag%5D=b%2Cc&weight%5Bge%5D=2")
	r, err := tenontest.Call(tenontest.New(t, app), e, in)
	assert.NoError(t, err)
	assert.Equal(t, r.Out, "15[a b,c] weight 2-[] map[a:z b:x&y] map[]")

	in.Labels = map[string]string{"a]": "x"}
	_, err = e.URL(in)
	assert.Contains(t, fmt.Sprint(err), `the query parameter label: the key "a]" has a bracket`)
	in.Labels, in.Counts = nil, schema.Some(map[string]int{})
	_, err = e.URL(in)
	assert.Contains(t, fmt.Sprint(err), `the query parameter count: an object of which nothing is given`)
}

func TestMistakesWithObjects(t *testing.T) {
	tests := []struct {
		name   string
		routes func(*tenon.Router)
		want   string
	}{
		{"an object inside", get[struct {
			A struct {
				B item `json:"b"`
			} `query:"a"`
		}]("/a"), `struct.A: the member "b" is a tenon_test.item: texts have members on one level only`},
		{"a map of objects", get[struct {
			A map[string]item `query:"a"`
		}]("/a"), `struct.A: the values of map[string]tenon_test.item: texts have members on one level only`},
		{"in a header", get[struct {
			A map[string]int `header:"A"`
		}]("/a"), `struct.A: a map[string]int cannot be read from the text of a parameter`},
		{"split", get[struct {
			A map[string]int `query:"a" split:","`
		}]("/a"), `struct.A: tag split:",": is for lists`},
		{"a name that is a member", get[struct {
			A priceSpan `query:"a"`
			B string    `query:"a[ge]"`
		}]("/a"), `struct.B: the query parameter "a[ge]" is declared twice`},
		{"a name that was a member", get[struct {
			B string    `query:"a[ge]"`
			A priceSpan `query:"a"`
		}]("/a"), `struct.A: the query parameter "a" is declared twice`},
		{"split by what nobody splits by", get[struct {
			A []int `query:"a" split:";"`
		}]("/a"), `struct.A: tag split:";": want a comma, or in a query or form a | or a space`},
		{"split in a cookie", get[struct {
			A []int `cookie:"a" split:"|"`
		}]("/a"), `struct.A: tag split:"|": want a comma`},
		{"split in a header", get[struct {
			A []int `header:"A" split:","`
		}]("/a"), `struct.A: tag split:",": a list in a header is separated by commas as it is`},
		{"split of no list", get[struct {
			A int `query:"a" split:","`
		}]("/a"), `struct.A: tag split:",": is for lists`},
		{"split of a model", get[struct {
			A priceSpan `query:"*" split:","`
		}]("/a"), `struct.A: tag query:"*": the tags split and content are for one parameter`},
		{"split of JSON", get[struct {
			A []int `query:"a" split:"," content:"application/json"`
		}]("/a"), `struct.A: JSON is not split`},
		{"content that is no JSON", get[struct {
			A string `query:"a" content:"text/plain"`
		}]("/a"), `struct.A: tag content:"text/plain": a parameter is text or, with content:"application/json", JSON`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := mistakes(t, tt.routes)
			assert.Equal(t, len(got), 1, got)
			assert.Contains(t, got[0], tt.want)
		})
	}
}

type splitIn struct {
	IDs   []int               `query:"ids" split:"," check:"maxItems=3"`
	Names tenon.Opt[[]string] `query:"names" split:"|"`
	Words []string            `query:"words" split:" " default:"[]"`
	More  struct {
		Sort []string `json:"sort" split:"," default:"[\"id\"]"`
	} `query:"*"`
	Theme []string `cookie:"theme" split:"," default:"[]"`
}

func TestListsInOneText(t *testing.T) {
	var e *tenon.Endpoint[splitIn, string]
	app := newApp(t, nil, func(r *tenon.Router) {
		e = tenon.Get(r, "/", func(_ context.Context, in *splitIn) (string, error) {
			return fmt.Sprintf("%d %q %q %q %q", in.IDs, in.Names.Or(nil), in.Words, in.More.Sort, in.Theme), nil
		})
	})
	c := tenontest.New(t, app)
	tests := []struct{ name, query, want string }{
		{"several", "ids=1,2,3", `200 [1 2 3] [] [] ["id"] []`},
		{"one", "ids=1", `200 [1] [] [] ["id"] []`},
		{"encoded", "ids=1%2C2&names=a%7Cb|c&words=x+y%20z&sort=a,b", `200 [1 2] ["a" "b" "c"] ["x" "y" "z"] ["a" "b"] []`},
		{"none", "ids=&names=&words=&sort=", `200 [] [] [] [] []`},
		{"empty items", "ids=1&names=a||b|", `200 [1] ["a" "" "b" ""] [] ["id"] []`},
		{"missing", "", `422 [missing query.ids]`},
		{"bad items", "ids=1,,x", `422 [int_parsing query.ids.1 int_parsing query.ids.2]`},
		{"too many", "ids=1,2,3,4", `422 [too_long query.ids]`},
		{"twice", "ids=1&ids=2", `422 [multiple_values query.ids]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := c.Do("GET", "/?"+tt.query, "")
			got := fmt.Sprint(r.Status, " ")
			if r.Status >= 400 {
				got += fmt.Sprint(issueTypes(t, c, r))
			} else {
				var text string
				assert.NoError(t, json.Unmarshal(r.Body, &text))
				got += text
			}
			assert.Equal(t, got, tt.want)
		})
	}
	styles := make(map[string]string)
	for _, p := range app.Document().Paths["/"].Get.Parameters {
		styles[p.Name] = fmt.Sprint(p.Style, " ", *p.Explode)
	}
	assert.Equal(t, styles, map[string]string{
		"ids": "form false", "names": "pipeDelimited false", "words": "spaceDelimited false", "sort": "form false", "theme": "form false",
	})
	in := &splitIn{IDs: []int{1, 2}, Names: schema.Some([]string{"a,b", ""}), Theme: []string{"dark", "wide"}}
	in.More.Sort = []string{"x"}
	r, err := tenontest.Call(c, e, in)
	assert.NoError(t, err)
	assert.Equal(t, r.Out, `[1 2] ["a,b" ""] [] ["x"] ["dark" "wide"]`)
	r, err = tenontest.Call(c, e, new(splitIn))
	assert.NoError(t, err)
	assert.Equal(t, r.Out, `[] [] [] ["id"] []`)
	for _, items := range [][]string{{"a|b"}, {""}} {
		in.Names = schema.Some(items)
		_, err = e.URL(in)
		assert.Contains(t, fmt.Sprint(err), "cannot be an item of a list that is split at")
	}
}

func TestListsInAPath(t *testing.T) {
	type in struct {
		IDs []int `path:"ids" check:"maxItems=3"`
	}
	var e *tenon.Endpoint[in, []int]
	app := newApp(t, nil, func(r *tenon.Router) {
		e = tenon.Get(r, "/items/{ids}", func(_ context.Context, in *in) ([]int, error) { return in.IDs, nil })
	})
	c := tenontest.New(t, app)
	assert.Equal(t, string(c.Do("GET", "/items/1,2%2C3", "").Body), "[1,2,3]")
	assert.Equal(t, issueTypes(t, c, c.Do("GET", "/items/1,x", "")), []string{"int_parsing path.ids.1"})
	link, err := e.URL(&in{IDs: []int{1, 2}})
	assert.NoError(t, err)
	assert.Equal(t, link, "/items/1%2C2")
	p := app.Document().Paths["/items/{ids}"].Get.Parameters[0]
	assert.Equal(t, p.Style, "", "that of a path is simple, which is commas")
}

type jsonIn struct {
	Filter  item             `query:"filter" content:"application/json"`
	Sort    tenon.Opt[[]any] `query:"sort" content:"application/json" status:"400"`
	Trace   *item            `header:"X-Trace" content:"application/trace+json"`
	Session map[string]int   `cookie:"session" content:"application/json" default:"{}"`
}

func TestJSONInParameters(t *testing.T) {
	var e *tenon.Endpoint[jsonIn, string]
	app := newApp(t, nil, func(r *tenon.Router) {
		e = tenon.Get(r, "/", func(_ context.Context, in *jsonIn) (string, error) {
			if in.Filter.Count == 13 {
				return "", tenon.Invalid(in, &in.Filter.Count, "unlucky", "13 is not possible")
			}
			return fmt.Sprint(in.Filter, in.Sort.Or(nil), in.Trace != nil, in.Session), nil
		})
	})
	c := tenontest.New(t, app)
	const filter = `filter={"name":"a","count":1}`
	tests := []struct{ name, query, header, want string }{
		{"given", `filter={%22name%22:%22a+b%22,%22count%22:1}&sort=[1,"x"]`, `X-Trace: {"name":"t","count":1}`, `200 "{a b 1} [1 x] true map[]"`},
		{"cookie", filter, `Cookie: session={"a":1}`, `200 "{a 1} [] false map[a:1]"`},
		{"missing", "", "", `422 [missing query.filter]`},
		{"bad members", `filter={"name":7,"count":-1}`, "", `422 [string_type query.filter.name greater_than_equal query.filter.count]`},
		{"no JSON", `filter={`, "", `422 [json_invalid query.filter]`},
		{"empty", `filter=`, "", `422 [json_invalid query.filter]`},
		{"no JSON, with a status of its own", filter + `&sort=x`, "", `400 [json_invalid query.sort]`},
		{"twice", filter + "&" + filter, "", `422 [multiple_values query.filter]`},
		{"of the handler", `filter={"name":"a","count":13}`, "", `422 [unlucky query.filter.count]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			headers := []string{"X-None: 1"}
			if tt.header != "" {
				headers = append(headers, tt.header)
			}
			r := c.Do("GET", "/?"+tt.query, "", headers...)
			got := fmt.Sprint(r.Status, " ", string(r.Body))
			if r.Status >= 400 {
				got = fmt.Sprint(r.Status, " ", issueTypes(t, c, r))
			}
			assert.Equal(t, got, tt.want)
		})
	}
	params := app.Document().Paths["/"].Get.Parameters
	assert.Equal(t, params[0].Schema == nil, true)
	assert.Equal(t, params[0].Content["application/json"].Schema.Ref, "#/components/schemas/Item")
	assert.Equal(t, params[2].Content["application/trace+json"].Schema != nil, true)
	in := &jsonIn{Filter: item{"a b", 1}, Sort: schema.Some([]any{"x"}), Trace: &item{"t", 1}}
	r, err := tenontest.Call(c, e, in)
	assert.NoError(t, err)
	assert.Equal(t, r.Out, `{a b 1} [x] true map[]`)
	link, err := e.URL(&jsonIn{})
	assert.NoError(t, err)
	assert.Equal(t, link, "/?filter=%7B%22name%22%3A%22%22%2C%22count%22%3A0%7D")
}

func TestJSONThatIsBadInAParameterDoesNotMakeTheBodyMalformed(t *testing.T) {
	type in struct {
		Filter item `query:"filter" content:"application/json"`
		Body   item
	}
	c := newClient(t, func(r *tenon.Router) { tenon.Post(r, "/", ok[in, string]) })
	r := c.Do("POST", "/?filter=x", `{"name":1,"count":1}`)
	assert.Equal(t, r.Status, 422)
	assert.Equal(t, issueTypes(t, c, r), []string{"json_invalid query.filter", "string_type body.name"})
	assert.Equal(t, c.Do("POST", "/?filter=x", `{`).Status, 400)
}

type orderForm struct {
	_      struct{}       `check:"additionalProperties=false"`
	Name   string         `json:"name" check:"minLength=2"`
	Tags   []string       `json:"tag" default:"[]"`
	IDs    []int          `json:"ids" split:"," default:"[]"`
	Price  *priceSpan     `json:"price"`
	Meta   map[string]any `json:"meta" content:"application/json" default:"{}"`
	Gender tenon.Opt[string]
}

type orderIn struct {
	Form orderForm `form:"*"`
}

func orderText(_ context.Context, in *orderIn) (string, error) {
	switch in.Form.Name {
	case "root":
		return "", tenon.Invalid(in, &in.Form.Name, "taken", "is taken")
	case "form":
		return "", tenon.Invalid(in, &in.Form, "bad_form", "is bad")
	}
	low := -1
	if in.Form.Price != nil {
		low = in.Form.Price.Low
	}
	return fmt.Sprint(in.Form.Name, in.Form.Tags, in.Form.IDs, low, in.Form.Meta), nil
}

// textParts makes a form of multipart/form-data out of lines: name=text.
func textParts(lines ...string) (body string) {
	for _, line := range lines {
		name, text, _ := strings.Cut(line, "=")
		body += "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + text + "\r\n"
	}
	return body + "--b--\r\n"
}

const textPartsType = "Content-Type: multipart/form-data; boundary=b"

func TestFormsOfTextsComeInBothForms(t *testing.T) {
	app := newApp(t, nil, func(r *tenon.Router) { tenon.Post(r, "/", orderText, tenon.Limits{BodyBytes: 2000}) })
	c := tenontest.New(t, app)
	const urlencoded = "Content-Type: application/x-www-form-urlencoded"
	tests := []struct {
		name  string
		parts []string
		want  string
	}{
		{"all", []string{"name=ada", "tag=a", "tag=b", "ids=1,2", "price[ge]=3", `meta={"a":1}`}, `200 "ada[a b] [1 2] 3 map[a:1]"`},
		{"few", []string{"name=ada"}, `200 "ada[] [] -1 map[]"`},
		{"all wrong", []string{"name=a", "ids=x", "price[le]=3", "meta={", "more=1"},
			`422 [string_too_short body.name int_parsing body.ids.0 missing body.price.ge json_invalid body.meta extra_forbidden body.more]`},
		{"missing", nil, `422 [missing body.name]`},
		{"of the handler", []string{"name=root"}, `422 [taken body.name]`},
		{"the whole, of the handler", []string{"name=form"}, `422 [bad_form body]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, how := range []struct{ body, header string }{
				{strings.Join(tt.parts, "&"), urlencoded}, {textParts(tt.parts...), textPartsType}, {textParts(tt.parts...), strings.Replace(textPartsType, "multipart", "Multipart", 1)},
			} {
				r := c.Do("POST", "/", how.body, how.header)
				got := fmt.Sprint(r.Status, " ", string(r.Body))
				if r.Status >= 400 {
					got = fmt.Sprint(r.Status, " ", issueTypes(t, c, r))
				}
				assert.Equal(t, got, tt.want, how.header)
			}
		})
	}
	wantProblem(t, c, c.Do("POST", "/", textParts("name="+strings.Repeat("a", 2000)), textPartsType), 413, "body_too_large")
	wantProblem(t, c, c.Do("POST", "/", textParts("name=a")[:40], textPartsType), 400, "malformed_form")
	wantProblem(t, c, c.Do("POST", "/", "x", "Content-Type: multipart/form-data"), 400, "malformed_form")
	wantProblem(t, c, c.Do("POST", "/", "{}"), 415, "unsupported_media_type")

	body := app.Document().Paths["/"].Post.RequestBody
	for _, mediaType := range []string{"application/x-www-form-urlencoded", "multipart/form-data"} {
		m := body.Content[mediaType]
		assert.Equal(t, m.Schema.Required, []string{"name"}, mediaType)
		assert.Equal(t, m.Encoding, map[string]*openapi.Encoding{
			"ids": {Style: "form", Explode: new(false)}, "price": {Style: "deepObject", Explode: new(true)}, "meta": {ContentType: "application/json"},
		})
	}
}

// A struct in a query is read from a key for each of its members.
func Example_objects() {
	type listBooks struct {
		Price struct {
			From int  `json:"ge" default:"0"`
			To   *int `json:"le"`
		} `query:"price"`
		IDs []int `query:"ids" split:"," default:"[]"`
	}
	app, err := tenon.New(tenon.Config{Title: "Books", Version: "1"}, func(r *tenon.Router) {
		tenon.Get(r, "/books", func(_ context.Context, in *listBooks) (string, error) {
			return fmt.Sprintf("from %d to %d, IDs %d", in.Price.From, *in.Price.To, in.IDs), nil
		})
	})
	if err != nil {
		log.Fatal(err)
	}
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("GET", "/books?price[le]=900&ids=1,2,3", nil))
	fmt.Println(w.Body)
	// Output: "from 0 to 900, IDs [1 2 3]"
}
