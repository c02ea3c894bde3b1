package schema_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

// corpus reads the files of a folder of public test data, which lie beside the
// repository or in the folder $TENON_CORPORA.
func corpus(t testing.TB, folder string) map[string][]byte {
	t.Helper()
	root := os.Getenv("TENON_CORPORA")
	if root == "" {
		root = filepath.Join("..", "..", "shared", "corpora")
	}
	names, err := filepath.Glob(filepath.Join(root, folder, "*"))
	assert.NoError(t, err)
	if len(names) == 0 {
		t.Skipf("no files in %s: TENON_CORPORA names the folder of public test data", filepath.Join(root, folder))
	}
	files := make(map[string][]byte, len(names))
	for _, name := range names {
		text, err := os.ReadFile(name)
		assert.NoError(t, err)
		files[filepath.Base(name)] = text
	}
	return files
}

// A suiteOrder is an order that carries any value.
type suiteOrder struct {
	order
	Extra any `json:"extra"`
}

// TestD1JSONTestSuite has the parsing tests of JSONTestSuite as a value of type
// any, as a member of an order that is of type any, and as one that it does not know.
func TestD1JSONTestSuite(t *testing.T) {
	files := corpus(t, "JSONTestSuite/test_parsing")
	anyPlan, orderPlan := compile[any](t, schema.Config{}), compile[suiteOrder](t, schema.Config{})
	head, _ := strings.CutSuffix(goodOrder, "}")
	known := func(text []byte) string { return head + `,"extra":` + string(text) + `}` }
	unknown := func(text []byte) string { return head + `,"extra":0,"unknown":` + string(text) + `}` }

	// verdict says how a plan takes a text: accepted, refused for its content, or malformed.
	verdict := func(decode func([]byte) error, text string) string {
		err := decode([]byte(text))
		switch {
		case err == nil:
			return "accepted"
		case strings.HasPrefix(issuesOf(err), "malformed"):
			return "malformed"
		case strings.Contains(issuesOf(err), `"duplicate_member"`):
			return "repeated"
		}
		return "refused"
	}
	asAny := func(text []byte) error { _, err := anyPlan.Decode(text); return err }
	asOrder := func(text []byte) error { _, err := orderPlan.Decode(text); return err }
	verdicts := func(text []byte) []string {
		return slices.Compact([]string{verdict(asAny, string(text)), verdict(asOrder, known(text)), verdict(asOrder, unknown(text))})
	}
	of := func(prefix string, count int) []string {
		names := slices.Sorted(maps.Keys(files))
		names = slices.DeleteFunc(names, func(name string) bool { return !strings.HasPrefix(name, prefix) })
		assert.Equal(t, len(names), count, "files called", prefix)
		return names
	}

	t.Run("n", func(t *testing.T) {
		becomeValid := []string{"n_structure_no_data.json", "n_single_space.json"}
		for _, name := range of("n_", 188) {
			text := files[name]
			assert.Equal(t, verdicts(text), []string{"malformed"}, name)
			assert.Equal(t, verdict(asOrder, string(text)), "malformed", name, "in place of an order")

			want := "malformed"
			if slices.Contains(becomeValid, name) {
				want = "accepted"
			}
			item := []byte("[" + string(text) + "]")
			assert.Equal(t, verdicts(item), []string{want}, name, "as an item")
			assert.Equal(t, verdict(asAny, goodOrder+string(text)), want, name, "behind an order, as any")
			assert.Equal(t, verdict(asOrder, known([]byte(`0`))+string(text)), want, name, "behind an order")
		}
	})
	t.Run("y", func(t *testing.T) {
		repeated := []string{"y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"}
		for _, name := range of("y_", 95) {
			text := files[name]
			if slices.Contains(repeated, name) {
				assert.Equal(t, verdicts(text), []string{"repeated"}, name)
				continue
			}
			assert.Equal(t, verdicts(text), []string{"accepted"}, name)
			var want any
			assert.NoError(t, json.Unmarshal(text, &want))
			got, err := anyPlan.Decode(text)
			assert.NoError(t, err, name)
			assert.Equal(t, got, want, name)
			o, err := orderPlan.Decode([]byte(known(text)))
			assert.NoError(t, err, name)
			assert.Equal(t, o, suiteOrder{order{"cus_1", 100, "EUR"}, want}, name)
		}
	})
	t.Run("y with loose names", func(t *testing.T) {
		loose := schema.Config{LooseNames: true}
		anyPlan, orderPlan := compile[any](t, loose), compile[suiteOrder](t, loose)
		for _, name := range of("y_", 95) {
			var want any
			assert.NoError(t, json.Unmarshal(files[name], &want))
			got, err := anyPlan.Decode(files[name])
			assert.NoError(t, err, name)
			assert.Equal(t, got, want, name)
			for _, text := range []string{known(files[name]), unknown(files[name])} {
				_, err := orderPlan.Decode([]byte(text))
				assert.NoError(t, err, name)
			}
		}
	})
	t.Run("i", func(t *testing.T) {
		for _, name := range of("i_", 35) {
			assert.Equal(t, strings.Join(verdicts(files[name]), ", "), implementationDefined[name], name)
		}
	})
}

// implementationDefined is what becomes of the texts that the suite leaves open:
// as any, as a member of type any and as an unknown member, where that differs.
var implementationDefined = map[string]string{
	"i_number_double_huge_neg_exp.json":                   "accepted",
	"i_number_huge_exp.json":                              "refused, accepted",
	"i_number_neg_int_huge_exp.json":                      "refused, accepted",
	"i_number_pos_double_huge_exp.json":                   "refused, accepted",
	"i_number_real_neg_overflow.json":                     "refused, accepted",
	"i_number_real_pos_overflow.json":                     "refused, accepted",
	"i_number_real_underflow.json":                        "accepted",
	"i_number_too_big_neg_int.json":                       "accepted",
	"i_number_too_big_pos_int.json":                       "accepted",
	"i_number_very_big_negative_int.json":                 "accepted",
	"i_object_key_lone_2nd_surrogate.json":                "malformed",
	"i_string_1st_surrogate_but_2nd_missing.json":         "malformed",
	"i_string_1st_valid_surrogate_2nd_invalid.json":       "malformed",
	"i_string_UTF-16LE_with_BOM.json":                     "malformed",
	"i_string_UTF-8_invalid_sequence.json":                "malformed",
	"i_string_UTF8_surrogate_U+D800.json":                 "malformed",
	"i_string_incomplete_surrogate_and_escape_valid.json": "malformed",
	"i_string_incomplete_surrogate_pair.json":             "malformed",
	"i_string_incomplete_surrogates_escape_valid.json":    "malformed",
	"i_string_invalid_lonely_surrogate.json":              "malformed",
	"i_string_invalid_surrogate.json":                     "malformed",
	"i_string_invalid_utf-8.json":                         "malformed",
	"i_string_inverted_surrogates_U+1D11E.json":           "malformed",
	"i_string_iso_latin_1.json":                           "malformed",
	"i_string_lone_second_surrogate.json":                 "malformed",
	"i_string_lone_utf8_continuation_byte.json":           "malformed",
	"i_string_not_in_unicode_range.json":                  "malformed",
	"i_string_overlong_sequence_2_bytes.json":             "malformed",
	"i_string_overlong_sequence_6_bytes.json":             "malformed",
	"i_string_overlong_sequence_6_bytes_null.json":        "malformed",
	"i_string_truncated-utf-8.json":                       "malformed",
	"i_string_utf16BE_no_BOM.json":                        "malformed",
	"i_string_utf16LE_no_BOM.json":                        "malformed",
	"i_structure_500_nested_arrays.json":                  "malformed",
	"i_structure_UTF-8_BOM_empty_object.json":             "malformed",
}
