package schema_test

import (
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

type reported struct {
	Name  string               `json:"name" check:"minLength=1,maxLength=4?,pattern='^[a-z]+$'?"`
	Count *int                 `json:"count" check:"le=10?"`
	Tags  schema.Opt[[]string] `json:"tags" check:"maxItems=2?,each(maxLength=3?)"`
	More  map[string]int       `json:"more" check:"values(gt=0?)" default:"{}"`
}

func TestReportOnlyRulesCountAndRefuseNothing(t *testing.T) {
	set := schema.NewSet(schema.Config{})
	plan, err := schema.Compile[reported](set)
	assert.NoError(t, err)
	for _, in := range []string{
		`{"name":"abcd","count":10}`,
		`{"name":"ABCDE","count":11,"tags":["a","b","c"],"more":{"a":0,"b":-1,"c":1}}`,
		`{"name":"abcde","count":null,"tags":["abcd","abcde"]}`,
	} {
		v, err := plan.Decode([]byte(in))
		assert.NoError(t, err)
		out, err := plan.Append(nil, &v)
		assert.NoError(t, err)
		assert.Contains(t, string(out), v.Name)
	}
	// What an enforced rule refuses is not counted.
	_, err = plan.Decode([]byte(`{"name":""}`))
	assert.Equal(t, err != nil, true)
	got := make(map[string]uint64)
	for _, r := range set.Reports() {
		got[r.Rule] = r.Count
	}
	assert.Equal(t, got, map[string]uint64{"maxLength=4": 2, "pattern=^[a-z]+$": 1, "le=10": 1, "maxItems=2": 1, "maxLength=3": 2, "gt=0": 2})
}

func TestReportOnlyRulesOfTexts(t *testing.T) {
	set := schema.NewSet(schema.Config{})
	typ := reflect.TypeFor[reported]()
	tags, err := set.Field(typ, []int{2})
	assert.NoError(t, err)
	name, err := set.Field(typ, []int{0})
	assert.NoError(t, err)
	d := set.Decoder(0)
	defer d.Release()
	var v reported
	tags.Text(d, &v, "a", "bbbb", "c")
	name.Text(d, &v, "ABC")
	assert.NoError(t, d.Err())
	list, _ := v.Tags.Get()
	assert.Equal(t, list, []string{"a", "bbbb", "c"})
	got := make(map[string]uint64)
	for _, r := range set.Reports() {
		got[r.Rule] = r.Count
	}
	assert.Equal(t, got, map[string]uint64{"maxLength=4": 0, "pattern=^[a-z]+$": 1, "maxItems=2": 1, "maxLength=3": 1})
}

type reportedWord string

func (reportedWord) Check() string { return "maxLength=4?" }

func TestReportsTellTheField(t *testing.T) {
	set := schema.NewSet(schema.Config{})
	_, err := schema.Compile[reportedWord](set)
	assert.NoError(t, err)
	_, err = schema.Compile[reported](set)
	assert.NoError(t, err)
	got := set.Reports()[:2]
	assert.Equal(t, got, []schema.Report{{Rule: "maxLength=4"}, {Field: "schema_test.reported.Name", Rule: "maxLength=4"}})
}

func TestReportOnlyRulesAreNotInTheSchema(t *testing.T) {
	set := schema.NewSet(schema.Config{})
	plan, err := schema.Compile[struct {
		A string `check:"maxLength=4?,minLength=1"`
	}](set)
	assert.NoError(t, err)
	s := plan.InputSchema(schema.NewSchemas("#/")).Properties.Get("A")
	assert.Equal(t, s.MaxLength == nil, true)
	assert.Equal(t, *s.MinLength, 1)
}

func TestReportOnlyRulesAreCheckedAtStartUp(t *testing.T) {
	for check, want := range map[string]string{
		"ge=1?":         `rule "ge=1" does not apply to string`,
		"maxLength=x?":  "want a whole number",
		"maxLength=1??": "want a comma",
	} {
		_, err := tryLone(reflect.TypeFor[string](), `check:"`+check+`"`)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want an error with %q", check, err, want)
		}
	}
}

func TestReportsAreCountedConcurrently(t *testing.T) {
	set := schema.NewSet(schema.Config{})
	plan, err := schema.Compile[reported](set)
	assert.NoError(t, err)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				if _, err := plan.Decode([]byte(`{"name":"abcde"}`)); err != nil {
					t.Error(err)
				}
				set.Reports()
			}
		})
	}
	wg.Wait()
	assert.Equal(t, set.Reports()[0].Count, uint64(800))
}
