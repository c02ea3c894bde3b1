package tenon_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/tenontest"
)

// A level reads itself from text.
type level int

func (l *level) UnmarshalText(text []byte) error {
	if string(text) != "high" {
		return errors.New("driver: SELECT level failed at /srv/level.go:17")
	}
	*l = 3
	return nil
}

func (l level) MarshalText() ([]byte, error) { return []byte("high"), nil }

// paging is embedded in inputs, which its field Limit becomes a field of.
type paging struct {
	Limit int `json:"limit" query:"limit" check:"ge=1,le=100" default:"20"`
}

// everything has a parameter of each kind.
type everything struct {
	paging
	ID     int64                `json:"id" path:"id" check:"gt=0"`
	Flag   bool                 `json:"flag" query:"flag" default:"true"`
	Names  []string             `json:"names" query:"name" check:"maxItems=3,each(minLength=1)" default:"[]"`
	Sizes  tenon.Opt[[]int]     `json:"sizes" query:"size"`
	Maybe  tenon.Opt[string]    `json:"maybe" query:"maybe" check:"minLength=2"`
	Null   *float64             `json:"null" query:"null"`
	Since  tenon.Opt[time.Time] `json:"since" query:"since"`
	Trace  tenon.Opt[string]    `json:"trace" header:"x-trace-ID"`
	Host   string               `json:"host" header:"Host"`
	Accept []string             `json:"accept" header:"Accept" default:"[]"`
	User   tenon.Opt[string]    `json:"user" cookie:"user"`
	Level  level                `json:"level" query:"level" default:"high"`
}

func TestEachFieldComesFromItsSource(t *testing.T) {
	plan, err := schema.Compile[everything](schema.NewSet(schema.Config{}))
	assert.NoError(t, err)
	c := newClient(t, func(r *tenon.Router) {
		tenon.Get(r, "/e/{id}", func(_ context.Context, in *everything) (json.RawMessage, error) { return plan.Append(nil, in) })
	})
	const absent = `{"limit":20,"id":7,"flag":true,"names":[],"null":null,"host":"example.com","accept":[],"level":"high"}`
	tests := []struct {
		name, target string
		headers      []string
		want         string // JSON, or the issues
	}{
		{"all absent", "/e/7", nil, absent},
		{
			"all given",
			"/e/7?limit=1&flag=false&name=a&name=b&size=1&size=2&maybe=xy&null=1.5&since=2026-01-02T03:04:05Z&level=high",
			[]string{"X-Trace-Id: t", "Accept: a", "Accept: b, c", `Cookie: other=1; user="u=1"; third`},
			`{"limit":1,"id":7,"flag":false,"names":["a","b"],"sizes":[1,2],"maybe":"xy","null":1.5,"since":"2026-01-02T03:04:05Z",` +
				`"trace":"t","host":"example.com","accept":["a","b","c"],"user":"u=1","level":"high"}`,
		},
		{"header in other letters", "/e/7", []string{"X-TRACE-ID: t"}, `{"limit":20,"id":7,"flag":true,"names":[],"null":null,"trace":"t","host":"example.com","accept":[],"level":"high"}`},
		{"explicit zeros are no absence", "/e/7?flag=0&null=0&limit=1", nil, `{"limit":1,"id":7,"flag":false,"names":[],"null":0,"host":"example.com","accept":[],"level":"high"}`},
		{"one value for a list", "/e/7?size=5", nil, `{"limit":20,"id":7,"flag":true,"names":[],"sizes":[5],"null":null,"host":"example.com","accept":[],"level":"high"}`},
		{"empty header", "/e/7", []string{"Cookie: user="}, `{"limit":20,"id":7,"flag":true,"names":[],"null":null,"host":"example.com","accept":[],"user":"","level":"high"}`},
		{"cookies on two lines", "/e/7", []string{"Cookie: a=1", "Cookie: user=2"}, `{"limit":20,"id":7,"flag":true,"names":[],"null":null,"host":"example.com","accept":[],"user":"2","level":"high"}`},
		{"bounds", "/e/1?limit=100", nil, `{"limit":100,"id":1,"flag":true,"names":[],"null":null,"host":"example.com","accept":[],"level":"high"}`},
		{"below the lower bounds", "/e/0?limit=0", nil, "greater_than_equal query.limit; greater_than path.id"},
		{"above the upper bound", "/e/1?limit=101", nil, "less_than_equal query.limit"},
		{"rule inside an optional value", "/e/7?maybe=x", nil, "string_too_short query.maybe"},
		{"rule of each item", "/e/7?name=a&name=", nil, "string_too_short query.name.1"},
		{"too many items", "/e/7?name=a&name=b&name=c&name=d", nil, "too_long query.name"},
		{"empty values", "/e/7?limit=&flag=&null=&since=&maybe=", nil, "int_parsing query.limit; bool_parsing query.flag; string_too_short query.maybe; float_parsing query.null; datetime_parsing query.since"},
		{"several values for scalars", "/e/7?limit=1&limit=1&null=1&null=2", []string{"X-Trace-Id: a", "X-Trace-Id: b", "Cookie: user=1; user=2"}, "multiple_values query.limit; multiple_values query.null; multiple_values header.X-Trace-Id; multiple_values cookie.user"},
		{"no number", "/e/x", nil, "int_parsing path.id"},
		{"beyond 64 bits", "/e/9223372036854775808", nil, "less_than_equal path.id"},
		{"text that its type refuses", "/e/7?level=low", nil, "value_error query.level"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := c.Do("GET", tt.target, "", tt.headers...)
			if strings.HasPrefix(tt.want, "{") {
				assert.Equal(t, string(r.Body), tt.want)
				return
			}
			wantProblem(t, c, r, http.StatusUnprocessableEntity, "validation_failed")
			assert.Equal(t, strings.Join(issueTypes(t, c, r), "; "), tt.want)
		})
	}
}

func TestPeers7DefaultsApplyToAbsenceOnly(t *testing.T) {
	type in struct {
		N    int  `query:"n" default:"5"`
		Flag bool `query:"flag" default:"true"`
		Body struct {
			N    int  `json:"n" default:"5"`
			Flag bool `json:"flag" default:"true"`
		}
	}
	c := newClient(t, func(r *tenon.Router) {
		tenon.Post(r, "/a", func(_ context.Context, in *in) ([]any, error) {
			return []any{in.N, in.Flag, in.Body.N, in.Body.Flag}, nil
		})
	})
	assert.Equal(t, string(c.Do("POST", "/a", `{}`).Body), `[5,true,5,true]`)
	assert.Equal(t, string(c.Do("POST", "/a?n=0&flag=false", `{"n":0,"flag":false}`).Body), `[0,false,0,false]`)
}

func TestPeers11SeveralValuesAreAnErrorAndEmptyIsNotAbsent(t *testing.T) {
	c := newClient(t, func(r *tenon.Router) {
		tenon.Get(r, "/a", func(_ context.Context, in *struct {
			N int               `query:"n" default:"1"`
			Q tenon.Opt[string] `query:"q"`
		}) (item, error) {
			_, given := in.Q.Get()
			return item{Name: map[bool]string{true: "given", false: "absent"}[given], Count: in.N}, nil
		})
	})
	r := c.Do("GET", "/a?n=1&n=2", "")
	wantProblem(t, c, r, http.StatusUnprocessableEntity, "validation_failed")
	assert.Equal(t, issueTypes(t, c, r), []string{"multiple_values query.n"})
	assert.Equal(t, string(c.Do("GET", "/a?q=", "").Body), `{"name":"given","count":1}`)
	assert.Equal(t, string(c.Do("GET", "/a", "").Body), `{"name":"absent","count":1}`)
	assert.Equal(t, issueTypes(t, c, c.Do("GET", "/a?n=", "")), []string{"int_parsing query.n"})
}

func TestPeers21PathParametersFollowTheSamePlan(t *testing.T) {
	type point struct {
		X int8 `path:"x" check:"ge=-5"`
	}
	c := newClient(t, func(r *tenon.Router) {
		tenon.Get(r, "/points/{x}/{y}", func(_ context.Context, in *struct {
			point
			Y uint8 `path:"y"`
		}) ([]int, error) {
			return []int{int(in.X), int(in.Y)}, nil
		})
	})
	assert.Equal(t, string(c.Do("GET", "/points/-5/255", "").Body), `[-5,255]`)
	r := c.Do("GET", "/points/x/256", "")
	wantProblem(t, c, r, http.StatusUnprocessableEntity, "validation_failed")
	assert.Equal(t, issueTypes(t, c, r), []string{"int_parsing path.x", "less_than_equal path.y"})
	assert.Equal(t, issueTypes(t, c, c.Do("GET", "/points/-6/0", "")), []string{"greater_than_equal path.x"})
}

func TestStatusOfAParameter(t *testing.T) {
	c := newClient(t, func(r *tenon.Router) {
		tenon.Post(r, "/a/{id}", ok[struct {
			ID    int    `path:"id"`
			Key   string `header:"Key" check:"minLength=1" status:"400"`
			Match string `header:"If-Match" status:"428"`
			Body  item
		}, item])
	})
	tests := []struct {
		name, path, body string
		headers          []string
		status           int
		issues           string
	}{
		{"none of them", "/a/1", `{"name":"a","count":1}`, []string{"Key: k", "If-Match: e"}, 200, ""},
		{"first missing", "/a/1", `{"name":"a","count":1}`, []string{"If-Match: e"}, 400, "missing header.Key"},
		{"second missing", "/a/1", `{"name":"a","count":1}`, []string{"Key: k"}, 428, "missing header.If-Match"},
		{"both missing: the first declared decides", "/a/1", `{"name":"a","count":1}`, nil, 400, "missing header.Key; missing header.If-Match"},
		{"with others, all are listed", "/a/x", `{"name":7,"count":1}`, []string{"Key: k"}, 428, "int_parsing path.id; missing header.If-Match; string_type body.name"},
		{"only others", "/a/x", `{"name":"a","count":1}`, []string{"Key: k", "If-Match: e"}, 422, "int_parsing path.id"},
		{"bad twice", "/a/1", `{"name":"a","count":1}`, []string{"Key: a", "Key: b", "If-Match: e"}, 400, "multiple_values header.Key"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := c.Do("POST", tt.path, tt.body, tt.headers...)
			assert.Equal(t, r.Status, tt.status)
			if tt.status == 200 {
				return
			}
			wantProblem(t, c, r, tt.status, "validation_failed")
			assert.Equal(t, strings.Join(issueTypes(t, c, r), "; "), tt.issues)
		})
	}
}

func TestOptionalBodies(t *testing.T) {
	c := newClient(t, func(r *tenon.Router) {
		tenon.Post(r, "/opt", func(_ context.Context, in *struct{ Body tenon.Opt[item] }) (item, error) {
			return in.Body.Or(item{Name: "absent"}), nil
		})
		tenon.Post(r, "/null", func(_ context.Context, in *struct{ Body *item }) (item, error) {
			if in.Body == nil {
				return item{Name: "nil"}, nil
			}
			return *in.Body, nil
		})
		tenon.Post(r, "/list", func(_ context.Context, in *struct{ Body []int }) ([]int, error) { return in.Body, nil })
	})
	const given = `{"name":"pin","count":1}`
	tests := []struct{ path, body, want string }{
		{"/opt", given, given},
		{"/opt", "", `{"name":"absent","count":0}`},
		{"/null", given, given},
		{"/null", "null", `{"name":"nil","count":0}`},
		{"/null", "", `{"name":"nil","count":0}`},
		{"/list", "[1,2]", "[1,2]"},
		{"/list", "[]", "[]"},
	}
	for _, tt := range tests {
		assert.Equal(t, string(c.Do("POST", tt.path, tt.body).Body), tt.want, tt.path, tt.body)
	}
	assert.Equal(t, issueTypes(t, c, c.Do("POST", "/opt", "null")), []string{"model_attributes_type body"})
}

func TestD8UnknownAndReadOnlyMembers(t *testing.T) {
	type closed struct {
		_    struct{} `check:"additionalProperties=false"`
		Name string   `json:"name"`
	}
	routes := func(r *tenon.Router) {
		tenon.Post(r, "/open", func(_ context.Context, in *struct{ Body item }) (stored, error) {
			return stored{item: in.Body, ID: "from the server"}, nil
		})
		tenon.Post(r, "/closed", ok[struct{ Body closed }, item])
	}
	const body = `{"name":"pin","count":1,"id":"from the client","admin":true}`
	c := newClient(t, routes)
	assert.Equal(t, string(c.Do("POST", "/open", body).Body), `{"name":"pin","count":1,"id":"from the server"}`)
	assert.Equal(t, issueTypes(t, c, c.Do("POST", "/closed", `{"name":"pin","admin":true}`)), []string{"extra_forbidden body.admin"})
	strict, err := tenon.New(tenon.Config{Title: "T", Version: "1", Schema: schema.Config{ForbidUnknown: true}}, routes)
	assert.NoError(t, err)
	c = tenontest.New(t, strict)
	assert.Equal(t, issueTypes(t, c, c.Do("POST", "/open", body)), []string{"extra_forbidden body.id", "extra_forbidden body.admin"})
}

func TestPolicyOfAnApp(t *testing.T) {
	type search struct {
		Limit int `query:"limit"`
		Body  item
	}
	routes := func(r *tenon.Router) { tenon.Post(r, "/", ok[search, item]) }
	const target, body = "/?limit=+7.0", `{"name":"x","count":1,"name":"pin","Name":"PIN","count":"2"}`
	c := newClient(t, routes)
	assert.Equal(t, issueTypes(t, c, c.Do("POST", target, body)), []string{"int_parsing query.limit", "duplicate_member body.name", "duplicate_member body.count", "member_case body.Name"})
	lax, err := tenon.New(tenon.Config{Title: "T", Version: "1", Schema: schema.Config{Lax: true, LooseNames: true}}, routes)
	assert.NoError(t, err)
	assert.Equal(t, tenontest.New(t, lax).Do("POST", target, body).Status, 200)
}

// stored has members that no client sets.
type stored struct {
	item
	ID string `json:"id"`
}

func TestInputBelongsToTheHandler(t *testing.T) {
	var kept []*everything
	c := newClient(t, func(r *tenon.Router) {
		tenon.Get(r, "/e/{id}", func(_ context.Context, in *everything) (item, error) {
			kept = append(kept, in)
			return item{}, nil
		})
	})
	c.Do("GET", "/e/1?name=first&maybe=first", "", "X-Trace-Id: first")
	before, err := json.Marshal(kept[0].Names)
	assert.NoError(t, err)
	c.Do("GET", "/e/2?name=other&maybe=other", "", "X-Trace-Id: other")
	after, err := json.Marshal(kept[0].Names)
	assert.NoError(t, err)
	assert.Equal(t, string(after), string(before))
	assert.Equal(t, kept[0].ID, 1)
	assert.Equal(t, kept[0].Maybe.Or(""), "first")
	assert.Equal(t, kept[0].Trace.Or(""), "first")
}
