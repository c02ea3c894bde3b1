package schema_test

import (
	"fmt"

	"github.com/tenonapi/tenon/schema"
)

func ExampleUnionOf() {
	set := schema.NewSet(schema.Config{})
	if err := set.Add(schema.UnionOf[Shape]("shape", schema.As[Circle]("circle"), schema.As[Square]("square"))); err != nil {
		fmt.Println(err)
		return
	}
	shapes, err := schema.Compile[[]Shape](set)
	if err != nil {
		fmt.Println(err)
		return
	}
	list, _ := shapes.Decode([]byte(`[{"shape": "square", "side": 3}, {"radius": 1, "shape": "circle"}]`))
	text, _ := shapes.Append(nil, &list)
	fmt.Printf("%T %T\n%s\n", list[0], list[1], text)
	_, err = shapes.Decode([]byte(`[{"shape": "square", "side": 0}]`))
	fmt.Println(err)
	// Output:
	// schema_test.Square schema_test.Circle
	// [{"shape":"square","side":3},{"shape":"circle","radius":1}]
	// 0.square.side: Input should be greater than 0
}

// Shape is one of the structs with the unexported method shape.
type Shape interface{ shape() }

// A Circle is a Shape.
type Circle struct {
	Radius float64 `json:"radius" check:"gt=0"`
}

// A Square is a Shape.
type Square struct {
	Side float64 `json:"side" check:"gt=0"`
}

func (Circle) shape() {}
func (Square) shape() {}
