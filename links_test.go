package tenon_test

import (
	"context"
	"math"
	"net/http/httptest"
	"net/netip"
	"reflect"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

type filters struct {
	State string            `json:"state" default:"open"`
	Min   tenon.Opt[uint16] `json:"min"`
}

// A linkInput has all kinds of values that a link can hold.
type linkInput struct {
	Shop    string              `path:"shop"`
	Number  int64               `path:"number"`
	Day     schema.Date         `path:"day"`
	Rest    string              `path:"rest"`
	Text    string              `query:"text"`
	Texts   []string            `query:"texts" default:"[]"`
	Numbers []int8              `query:"numbers" default:"[1,2]"`
	Pair    [2]bool             `query:"pair" default:"[true,false]"`
	Page    int                 `query:"page" default:"1"`
	Flag    bool                `query:"flag" default:"true"`
	Maybe   tenon.Opt[string]   `query:"maybe"`
	Pointer *float64            `query:"pointer"`
	Must    tenon.Null[string]  `query:"must"`
	When    time.Time           `query:"when"`
	Span    time.Duration       `query:"span"`
	Addr    netip.Addr          `query:"addr" default:"::1"`
	List    tenon.Opt[[]string] `query:"list"`
	Filter  filters             `query:"*"`
	Agent   string              `header:"X-Agent" default:"none"`
}

func link(t testing.TB) (*tenon.App, *tenon.Endpoint[linkInput, tenon.NoContent], **linkInput) {
	got := new(*linkInput)
	var e *tenon.Endpoint[linkInput, tenon.NoContent]
	app := newApp(t, nil, func(r *tenon.Router) {
		e = tenon.Get(r.Group("/shops/{shop}"), "/orders/{number}/{day}/{rest...}", func(_ context.Context, in *linkInput) (tenon.NoContent, error) {
			*got = in
			return tenon.NoContent{}, nil
		})
	})
	return app, e, got
}

// FuzzLinksLeadBack checks that what a link was made of is what the handler gets.
func FuzzLinksLeadBack(f *testing.F) {
	f.Add("acme", int64(7), int64(20000), "a/b.txt", "text", "x", "y", uint8(51), 2.5, uint16(0), int64(1e18), int64(3600e9))
	f.Add("a/b", int64(-1), int64(-9), "", "", "", ",", uint8(255), 1e300, uint16(1), int64(-1), int64(1))
	f.Add("%2F", int64(0), int64(0), "/etc//x", "a&b=c;d+e f#?", "\x00", "é\u202e", uint8(16), math.Copysign(0, -1), uint16(65535), int64(0), int64(-1))
	f.Add("..", int64(0), int64(0), "..", "\xff", "[]", "null", uint8(24), 0.1, uint16(7), int64(0), int64(0))
	app, e, got := link(f)
	f.Fuzz(func(t *testing.T, shop string, number, day int64, rest, text, a, b string, bits uint8, float float64, min uint16, when, span int64) {
		in := &linkInput{
			Shop: shop, Number: number, Rest: rest, Text: text, Texts: []string{}, Numbers: []int8{int8(bits), int8(min)}[:bits>>4&1+bits>>5&1], Pair: [2]bool{bits&1 != 0, bits&2 != 0},
			Page: int(min), Flag: bits&4 != 0, When: time.Unix(0, when).UTC(), Span: time.Duration(span), Addr: netip.IPv6Unspecified(), Agent: "none",
			Day: schema.DateOf(time.Unix(day*86400, 0).UTC()), Must: schema.NotNull(text), Filter: filters{State: b},
		}
		if bits&8 != 0 {
			in.Texts = []string{a, b}
			in.Maybe = schema.Some(a)
			in.Pointer = &float
			in.Filter.Min = schema.Some(min)
			in.List = schema.Some([]string{b})
		}
		target, err := e.URL(in)
		if len(in.Numbers) == 0 && err == nil {
			t.Fatalf("%s: an empty list would be taken for the default", target)
		}
		if err != nil {
			return
		}
		*got = nil
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest("GET", target, nil))
		if *got == nil {
			t.Fatalf("%s: %d %s", target, w.Code, w.Body)
		}
		if !reflect.DeepEqual(*got, in) {
			assert.Equal(t, *got, in, target)
		}
	})
}
