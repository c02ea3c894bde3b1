package schema_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

type leafy struct {
	Tags  []string  `json:"tags"`
	Price *float64  `json:"price"`
	Sub   []leafy   `json:"sub"`
	Maybe *struct{} `json:"maybe"`
}

func leafyText(lists, tags int) string {
	var b strings.Builder
	b.WriteString(`[`)
	for i := range lists {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`{"tags":[`)
		for j := range i % (tags + 1) {
			if j > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `"t%d-%d"`, i, j)
		}
		fmt.Fprintf(&b, `],"price":%d,"sub":[{"tags":["s%d"],"sub":[]}]}`, i, i)
	}
	b.WriteString(`]`)
	return b.String()
}

// Small lists and pointers of one input share allocations. What one of them does
// must not show in another.
func TestListsThatShareMemoryAreApart(t *testing.T) {
	for _, lists := range []int{0, 1, 3, 40, 700} {
		for _, tags := range []int{0, 1, 3, 4, 5, 40} {
			text := leafyText(lists, tags)
			plan := compile[[]leafy](t, schema.Config{})
			got, err := plan.Decode([]byte(text))
			assert.NoError(t, err)
			runtime.GC()
			var want []leafy
			assert.NoError(t, json.Unmarshal([]byte(text), &want))
			for i := range got { // grows behind the end of each list, before any is compared
				got[i].Tags = append(got[i].Tags, "more")
				got[i].Sub = append(got[i].Sub, leafy{Tags: []string{"x"}})
				*got[i].Price++
			}
			for i := range got {
				assert.Equal(t, got[i].Tags, append(want[i].Tags, "more"))
				assert.Equal(t, *got[i].Price, *want[i].Price+1)
				assert.Equal(t, got[i].Sub[0].Tags, want[i].Sub[0].Tags)
				assert.Equal(t, len(got[i].Sub), 2)
			}
		}
	}
}

func TestManySmallListsAreFewAllocations(t *testing.T) {
	plan := compile[[]leafy](t, schema.Config{})
	text := []byte(leafyText(100, 3))
	allocs := testing.AllocsPerRun(100, func() {
		if _, err := plan.Decode(text); err != nil {
			t.Fatal(err)
		}
	})
	if allocs > 16 { // of 100 lists of tags, 100 pointers, 100 lists of one struct with one tag
		t.Errorf("got %v allocations, want 16 or fewer", allocs)
	}
}

// What is allocated stays within a multiple of the input, whatever it is.
func TestMemoryIsBoundedByTheInput(t *testing.T) {
	type wide struct {
		A [64]int `json:"-"`
		B []wide  `json:"b"`
	}
	inputs := map[string]string{
		"many empty objects": `[` + strings.Repeat(`{"b":[]},`, 20_000) + `{"b":[]}]`,
		"one, then a string": `[{"b":[]},{"b":[],"x":"` + strings.Repeat("a", 200_000) + `"}]`,
		"lists of one":       `[` + strings.Repeat(`{"b":[{"b":[]}]},`, 10_000) + `{"b":[]}]`,
	}
	for name, in := range inputs {
		t.Run(name, func(t *testing.T) {
			plan := compile[[]wide](t, schema.Config{})
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := plan.Decode([]byte(in))
			runtime.ReadMemStats(&after)
			assert.NoError(t, err)
			const multiple = 4 * 600 / 9 // a wide takes about 600 bytes, its shortest text 9, and growing moves
			if used := after.TotalAlloc - before.TotalAlloc; used > uint64(multiple*len(in)) {
				t.Errorf("an input of %d bytes took %d bytes, want at most %d times as much", len(in), used, multiple)
			}
		})
	}
}
