package schema_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

// TestFieldsAlikeKeepWhatIsTheirOwn, although they share a plan.
func TestFieldsAlikeKeepWhatIsTheirOwn(t *testing.T) {
	type strict struct {
		Size int `json:"size" check:"ge=1"`
	}
	type lax struct {
		_    struct{} `check:"lax"`
		Size int      `json:"size" check:"ge=1"`
	}
	type all struct {
		Strict strict `json:"strict"`
		Lax    lax    `json:"lax"`
		A      string `json:"a" check:"maxLength=1?"`
		B      string `json:"b" check:"maxLength=1?"`
		C      string `json:"c" default:"c" check:"maxLength=3"`
		D      string `json:"d" default:"d" check:"maxLength=3"`
	}
	set := schema.NewSet(schema.Config{})
	plan, err := schema.Compile[all](set)
	assert.NoError(t, err)
	v, err := plan.Decode([]byte(`{"strict":{"size":1},"lax":{"size":"2"},"a":"a","b":"bb"}`))
	assert.NoError(t, err)
	assert.Equal(t, v.Lax.Size, 2)
	assert.Equal(t, v.C+v.D, "cd")
	for _, r := range set.Reports() {
		assert.Equal(t, r.Count > 0, strings.HasSuffix(r.Field, ".B"), r.Field)
	}
	_, err = plan.Decode([]byte(`{"strict":{"size":"1"},"lax":{"size":"0"},"a":"","b":"","c":"cccc","d":"dddd"}`))
	for _, want := range []string{"strict.size", "lax.size", "c: ", "d: "} {
		assert.Contains(t, fmt.Sprint(err), want)
	}
}

// TestNamesAmongFewAndManyFields, which are found in different ways.
func TestNamesAmongFewAndManyFields(t *testing.T) {
	for _, n := range []int{1, 8, 9, 70} {
		var fields []reflect.StructField
		var members []string
		for i := range n {
			name := fmt.Sprintf("straße%d", i)
			fields = append(fields, reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: reflect.TypeFor[int](), Tag: reflect.StructTag(`json:"` + name + `"`)})
			members = append([]string{fmt.Sprintf("%q:%d", name, i)}, members...) // from the last on
		}
		box := reflect.StructOf([]reflect.StructField{{Name: "Body", Type: reflect.StructOf(fields)}})
		set := schema.NewSet(schema.Config{})
		f, err := set.Field(box, []int{0})
		assert.NoError(t, err)
		decode := func(text string) (reflect.Value, string) {
			v := reflect.New(box)
			d := set.Decoder(len(text))
			defer d.Release()
			f.JSON(d, v.Interface(), []byte(text))
			return v.Elem().Field(0), issuesOf(d.Err())
		}
		v, issues := decode("{" + strings.Join(members, ",") + `,"other":1}`)
		assert.Equal(t, issues, "", n)
		for i := range n {
			assert.Equal(t, v.Field(i).Int(), int64(i), n)
		}
		last := fmt.Sprintf("STRAßE%d", n-1)
		_, issues = decode("{" + strings.Join(members, ",") + `,"` + last + `":1}`)
		assert.Contains(t, issues, "member_case")
		assert.Contains(t, issues, last)
	}
}
