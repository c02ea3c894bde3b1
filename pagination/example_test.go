package pagination_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"net/http/httptest"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/page"
	"github.com/tenonapi/tenon/pagination"
)

func Example() {
	codec, err := page.New(page.Config{Key: bytes.Repeat([]byte{1}, 32)})
	if err != nil {
		log.Fatal(err)
	}
	numbers := func(after *int, limit int) ([]int, error) {
		first := 1
		if after != nil {
			first = *after + 1
		}
		var found []int
		for n := first; n <= 5 && len(found) < limit; n++ {
			found = append(found, n)
		}
		return found, nil
	}
	app, err := tenon.New(tenon.Config{Title: "Numbers", Version: "1"}, func(r *tenon.Router) {
		tenon.Get(r, "/squares", func(_ context.Context, in *pagination.Input) (pagination.Page[int], error) {
			p, err := pagination.Source[int, int]{
				Codec: codec, Filter: "squares", Position: func(n int) int { return n }, Fetch: numbers,
			}.Page(in, in.Limit)
			return pagination.Map(p, func(n int) int { return n * n }), err
		})
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, target := range []string{"/squares?limit=3", "/squares?limit=3&cursor=ATMg0dOtqS5dw9qXPRkcW7Ol"} {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest("GET", target, nil))
		fmt.Println(w.Header().Get("Link"))
		fmt.Println(w.Body)
	}
	// Output:
	// <?limit=3&cursor=ATMg0dOtqS5dw9qXPRkcW7Ol>; rel="next"
	// {"items":[1,4,9],"next_cursor":"ATMg0dOtqS5dw9qXPRkcW7Ol"}
	// <?limit=3>; rel="first"
	// {"items":[16,25],"next_cursor":null}
}
