package page_test

import (
	"fmt"
	"log"

	"github.com/tenonapi/tenon/page"
)

func Example() {
	type position struct {
		CreatedAt int64 `json:"t"`
		ID        int64 `json:"id"`
	}
	c, err := page.New(page.Config{Key: []byte("0123456789abcdef0123456789abcdef")})
	if err != nil {
		log.Fatal(err)
	}
	// The last order on this page goes to the client as next_cursor.
	next, err := page.Encode(c, position{CreatedAt: 1763629200, ID: 17}, "orders of cus_1")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(page.Decode[position](c, next, "orders of cus_1"))
	fmt.Println(page.Decode[position](c, next, "orders of cus_2"))
	// Output:
	// {1763629200 17} <nil>
	// {0 0} page: invalid cursor
}

// A filter that leaves out what selects the list lets a client take the
// cursor of one list to another: here, from one customer to the next.
func ExampleEncode_incorrect() {
	c, err := page.New(page.Config{Key: []byte("0123456789abcdef0123456789abcdef")})
	if err != nil {
		log.Fatal(err)
	}
	ofFirst, err := page.Encode(c, 17, "orders")
	if err != nil {
		log.Fatal(err)
	}
	// The handler that lists the orders of cus_2 cannot tell.
	fmt.Println(page.Decode[int](c, ofFirst, "orders"))
	// Output: 17 <nil>
}
