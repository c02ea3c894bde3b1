package schema_test

import (
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

func noTag(loc, tag string) string {
	return issue("union_tag_not_found", loc, "Unable to extract tag using discriminator '"+tag+"'", "", `{"discriminator":"'`+tag+`'"}`)
}

func wrongCase(loc, input string) string {
	return issue("member_case", loc, "Member should be written 'type'", input, `{"expected":"type"}`)
}

func TestDiscriminatorInAnotherCase(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"tag in another case", `{"a":{},"Type":"card"}`, wrongCase(`["Type"]`, "")},
		{"tag in another case further in", `{"type":"split","left":{"TYPE":"cash"},"list":[],"map":{},"two":[{"type":"cash"},{"type":"cash"}]}`,
			wrongCase(`["split","left","TYPE"]`, "")},
		{"tag that is no string beside one in another case", `{"type":1,"Type":"card"}`, noTag(`[]`, "type")},
		{"two tags", `{"type":"cash","tYPE":"card"}`, wrongCase(`["cash","tYPE"]`, `"card"`)},
		{"tag in another case of a closed variant", `{"type":"closed","code":null,"Type":1}`, wrongCase(`["closed","Type"]`, `1`)},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := withUnions[payment](t, schema.Config{}, payments()).Decode([]byte(test.in))
			assert.Equal(t, issuesOf(err), test.want)
		})
	}
	t.Run("loose names", func(t *testing.T) {
		plan := withUnions[payment](t, schema.Config{LooseNames: true}, payments())
		_, err := plan.Decode([]byte(`{"Type":"card"}`))
		assert.Equal(t, issuesOf(err), noTag(`[]`, "type"))
		_, err = plan.Decode([]byte(`{"type":"cash","Type":"card"}`))
		assert.NoError(t, err)
	})
}
