package pagination_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/page"
	"github.com/tenonapi/tenon/pagination"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/tenontest"
)

// A shop lists numbers, of an owner and downwards if asked to.
type shop struct {
	key     string
	numbers []int
	err     error

	list *tenon.Endpoint[listNumbers, pagination.Page[string]]
}

type listNumbers struct {
	pagination.Input
	Owner string `query:"owner" default:"ada"`
	Down  bool   `query:"down" default:"false"`
}

// direction returns what sorts numbers.
func direction(down bool) int {
	if down {
		return -1
	}
	return 1
}

func (s *shop) source(filter string, down bool) pagination.Source[int, int] {
	codec, err := page.New(page.Config{Key: []byte(strings.Repeat(s.key, 32))})
	if err != nil {
		panic(err)
	}
	return pagination.Source[int, int]{
		Codec: codec, Filter: filter, Position: func(n int) int { return n },
		Fetch: func(after *int, limit int) (found []int, err error) {
			sign := direction(down)
			for _, n := range s.numbers {
				if after == nil || sign*n > sign**after {
					found = append(found, n)
				}
			}
			slices.SortFunc(found, func(a, b int) int { return sign * (a - b) })
			return found[:min(limit, len(found))], s.err
		},
	}
}

func (s *shop) page(_ context.Context, in *listNumbers) (pagination.Page[string], error) {
	numbers, err := s.source(fmt.Sprintf("numbers of %q, down: %t", in.Owner, in.Down), in.Down).Page(in, in.Limit)
	return pagination.Map(numbers, func(n int) string { return fmt.Sprint("n", n) }), err
}

type listMany struct {
	pagination.From
	Limit int `query:"limit" check:"ge=1,le=1000" default:"200" doc:"Numbers on a page"`
}

func (s *shop) many(_ context.Context, in *listMany) (pagination.Page[int], error) {
	return s.source("many", false).Page(in, in.Limit)
}

// newShop returns a shop with the numbers 0, 10, 20 and so on.
func newShop(t *testing.T, count int) (*shop, *tenontest.Client, *tenon.App) {
	t.Helper()
	s := &shop{key: "k"}
	for i := range count {
		s.numbers = append(s.numbers, 10*i)
	}
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		s.list = tenon.Get(r, "/shop/numbers", s.page)
		tenon.Get(r, "/many", s.many)
	})
	assert.NoError(t, err)
	return s, tenontest.New(t, app), app
}

// body returns a page of numbers.
func body(t *testing.T, c *tenontest.Client, target string) (list pagination.List[string], link string) {
	t.Helper()
	r := c.Do("GET", target, "")
	assert.Equal(t, r.Status, 200, target)
	assert.NoError(t, json.Unmarshal(r.Body, &list))
	return list, r.Header.Get("Link")
}

func TestH1H4AWalkReturnsEachItemOnceWhateverThePageSize(t *testing.T) {
	var want []string
	for i := range 23 {
		want = append(want, fmt.Sprint("n", 10*i))
	}
	for _, limit := range []int{1, 2, 5, 22, 23, 24, 100} {
		for _, down := range []bool{false, true} {
			s, c, _ := newShop(t, 23)
			var got []string
			in := &listNumbers{Down: down}
			for pages := 1; ; pages++ {
				in.Limit = limit
				r, err := tenontest.Call(c, s.list, in)
				assert.NoError(t, err)
				got = append(got, r.Out.Body.Items...)
				if r.Out.Body.NextCursor == nil {
					assert.Equal(t, pages, (23+limit-1)/limit, "pages")
					break
				}
				assert.Equal(t, len(r.Out.Body.Items), limit)
				in.Cursor = schema.Some(*r.Out.Body.NextCursor)
				s.numbers = append(s.numbers, direction(down)*-1000-pages) // before what was seen
			}
			if down {
				slices.Reverse(got)
				got = slices.DeleteFunc(got, func(n string) bool { return strings.HasPrefix(n, "n10") && len(n) == 5 })
			}
			assert.Equal(t, got, want, fmt.Sprint(limit, down))
		}
	}
}

func TestLinksLeadThroughTheListAndKeepTheQuery(t *testing.T) {
	_, c, _ := newShop(t, 5)
	target := "/shop/numbers?down=true&owner=a%20b%3E%3B%2C%22+c&limit=2"
	var got []string
	for target != "" {
		list, link := body(t, c, target)
		got = append(got, list.Items...)
		base, err := url.Parse("https://api.example/prefix" + target)
		assert.NoError(t, err)
		at := target
		target = ""
		for part := range strings.SplitSeq(link, ", ") {
			ref, rel, ok := strings.Cut(part, ">; rel=")
			if !ok {
				continue
			}
			to, err := base.Parse(strings.TrimPrefix(ref, "<"))
			assert.NoError(t, err)
			assert.Equal(t, to.Path, "/prefix/shop/numbers")
			assert.Equal(t, to.Query().Get("owner"), `a b>;," c`)
			switch rel {
			case `"next"`:
				assert.Equal(t, to.Query().Get("cursor"), *list.NextCursor)
				target = strings.TrimPrefix(to.RequestURI(), "/prefix")
			case `"first"`:
				assert.Equal(t, to.RawQuery, "down=true&owner=a%20b%3E%3B%2C%22+c&limit=2")
			}
		}
		assert.Equal(t, strings.Contains(link, `rel="first"`), strings.Contains(at, "cursor"), "a link to the first page")
		assert.Equal(t, target != "", list.NextCursor != nil, "a link to the next page")
	}
	assert.Equal(t, got, []string{"n40", "n30", "n20", "n10", "n0"})
}

// What a server takes in a query must not end a target or the header.
func TestLinksCannotBeForgedByTheQuery(t *testing.T) {
	_, c, _ := newShop(t, 2)
	for query, want := range map[string]string{
		``:                    ``,
		`&&`:                  ``,
		`a>;rel="evil",<b=c`:  `a%3E%3Brel=%22evil%22%2C%3Cb=c&`,
		`cursor2=a&x=cursor`:  `cursor2=a&x=cursor&`,
		"ä=\xff'()":           `%C3%A4=%FF%27%28%29&`,
		`a=b%2Fc=d:e@/f?g+~*`: `a=b%2Fc=d:e@/f%3Fg+~*&`,
	} {
		r := c.Do("GET", "/shop/numbers?limit=1&"+strings.NewReplacer(`"`, "%22", "<", "%3C", ">", "%3E").Replace(query), "")
		assert.Equal(t, r.Status, 200, query)
		link := r.Header.Get("Link")
		assert.Equal(t, strings.HasPrefix(link, "<?limit=1&"+want+"cursor="), true, link)
		assert.Equal(t, strings.Count(link, "<"), 1, link)
	}
}

func TestNoLinksOnAListOfOnePageAndWithoutARequest(t *testing.T) {
	s, c, _ := newShop(t, 3)
	_, link := body(t, c, "/shop/numbers")
	assert.Equal(t, link, "")
	in := &listNumbers{Input: pagination.Input{Limit: 2}}
	p, err := s.page(t.Context(), in)
	assert.NoError(t, err)
	assert.Equal(t, p.Link.Or("none"), "none")
	assert.Equal(t, p.Body.Items, []string{"n0", "n10"})
}

func TestH2H3H5CursorsBelongToTheirList(t *testing.T) {
	s, c, _ := newShop(t, 5)
	list, _ := body(t, c, "/shop/numbers?limit=1")
	cursor := *list.NextCursor
	forged := []byte(cursor)
	forged[3] ^= 1
	for query, status := range map[string]int{
		"cursor=" + cursor:                       200,
		"limit=3&cursor=" + cursor:               200,
		"owner=ada&cursor=" + cursor:             200,
		"owner=bob&cursor=" + cursor:             422,
		"down=true&cursor=" + cursor:             422,
		"cursor=" + string(forged):               422,
		"cursor=" + cursor + "A":                 422,
		"cursor=":                                422,
		"cursor=" + strings.Repeat("a", 513):     422,
		"cursor=" + cursor + "&cursor=" + cursor: 422,
	} {
		r := c.Do("GET", "/shop/numbers?"+query, "")
		assert.Equal(t, r.Status, status, query)
		if status == 422 {
			assert.Equal(t, c.Problem(r).Issues[0].Loc, []any{"query", "cursor"}, query)
		}
	}
	assert.Equal(t, c.Problem(c.Do("GET", "/shop/numbers?cursor=a", "")).Issues[0].Type, "cursor_invalid")
	assert.Equal(t, c.Do("GET", "/many?cursor="+cursor, "").Status, 422)

	// Another process with the same key goes on, one with another does not.
	_, other, _ := newShop(t, 5)
	assert.Equal(t, other.Do("GET", "/shop/numbers?cursor="+cursor, "").Status, 200)
	s.key = "l"
	assert.Equal(t, c.Do("GET", "/shop/numbers?cursor="+cursor, "").Status, 422)
}

func TestG9PagesHaveASizeByDefaultAndAtMost(t *testing.T) {
	_, c, _ := newShop(t, 1500)
	for target, want := range map[string]int{
		"/shop/numbers": 20, "/shop/numbers?limit=1": 1, "/shop/numbers?limit=100": 100,
		"/shop/numbers?limit=101": 0, "/shop/numbers?limit=0": 0, "/shop/numbers?limit=-1": 0, "/shop/numbers?limit=": 0, "/shop/numbers?limit=ten": 0,
		"/many": 200, "/many?limit=1000": 1000, "/many?limit=1001": 0,
	} {
		r := c.Do("GET", target, "")
		if want == 0 {
			assert.Equal(t, r.Status, 422, target)
			assert.Equal(t, c.Problem(r).Issues[0].Loc, []any{"query", "limit"}, target)
			continue
		}
		assert.Equal(t, r.Status, 200, target)
		assert.Equal(t, strings.Count(string(r.Body), ","), want, target) // one behind each item
	}
}

func TestErrorsOfTheSource(t *testing.T) {
	s, _, _ := newShop(t, 5)
	s.err = errors.New("away")
	_, err := s.page(t.Context(), &listNumbers{Input: pagination.Input{Limit: 1}})
	assert.ErrorIs(t, err, s.err)
	s.err = nil
	_, err = s.page(t.Context(), new(listNumbers))
	assert.Contains(t, err.Error(), "the limit is less than 1")

	long := s.source("long", false)
	_, err = pagination.Source[int, string]{
		Codec: long.Codec, Position: func(int) string { return strings.Repeat("a", page.MaxLen) },
		Fetch: func(_ *string, limit int) ([]int, error) { return make([]int, limit), nil },
	}.Page(&listNumbers{}, 1)
	assert.Contains(t, err.Error(), "pagination: page: encode position")
}

func TestTheDocumentSaysHowToReadAList(t *testing.T) {
	_, _, app := newShop(t, 0)
	op := app.Document().Paths["/shop/numbers"].Get
	text := make(map[string]string)
	for _, p := range op.Parameters {
		s, err := p.Schema.MarshalJSON()
		assert.NoError(t, err)
		text[p.Name] = fmt.Sprint(p.Description, " ", string(s))
	}
	assert.Equal(t, text["limit"], `Items on a page {"type":"integer","format":"int64","minimum":1,"maximum":100,"default":20}`)
	assert.Equal(t, text["cursor"], `next_cursor of the page before, of the same list with the same filters and order; none for the first page {"type":"string","maxLength":512}`)
	ok := op.Responses["200"]
	assert.Contains(t, ok.Headers["Link"].Description, `The next page, rel="next"`)
	assert.Equal(t, ok.Content["application/json"].Schema.Ref, "#/components/schemas/List_string")
	assert.Equal(t, op.Responses["422"] != nil, true)
}
