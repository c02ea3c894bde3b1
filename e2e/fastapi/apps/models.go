package apps

import (
	"context"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/fastapi"
	"github.com/tenonapi/tenon/problem"
)

func responseModelIncludeExclude(r *tenon.Router) {
	type Foo struct {
		Foo string `json:"foo"`
	}
	type FooBaz struct {
		Ref Foo    `json:"ref"`
		Baz string `json:"baz"`
	}
	type FooBar struct {
		Foo
		Bar string `json:"bar"`
	}
	type Mixed struct {
		Name string `json:"name"`
		Ref2 struct {
			Ref FooBar `json:"ref"`
		} `json:"ref2"`
	}
	for _, name := range []string{"simple_include", "simple_include_dict", "simple_exclude", "simple_exclude_dict"} {
		tenon.Get(r, "/"+name, func(context.Context, *struct{}) (FooBaz, error) {
			return FooBaz{Foo{name + " model foo"}, name + " model2 baz"}, nil
		})
	}
	for path, name := range map[string]string{"mixed": "mixed", "mixed_dict": "mixed_dict"} {
		tenon.Get(r, "/"+path, func(context.Context, *struct{}) (Mixed, error) {
			out := Mixed{Name: name + " model3 name"}
			out.Ref2.Ref = FooBar{Foo{name + " model foo"}, name + " model bar"}
			return out, nil
		})
	}
}

func responseSetResponseCodeEmpty(r *tenon.Router) {
	tenon.Delete(r, "/{id}", func(_ context.Context, in *struct {
		ID int64 `path:"id"`
	}) (tenon.NoContent, error) {
		return tenon.NoContent{}, fastapi.JSON(400, object{"msg": "Status overwritten", "id": in.ID})
	}, tenon.Errors(problem.New(400, fastapi.Whole, "Status overwritten")))
}

// A priced item is what several tests of FastAPI answer.
type priced struct {
	Name     string   `json:"name"`
	Price    *float64 `json:"price"`
	OwnerIDs *[]int64 `json:"owner_ids"`
}

func pricedItems() []priced {
	return []priced{{Name: "foo"}, {Name: "bar", Price: new(1.0)}, {"baz", new(2.0), &[]int64{1, 2, 3}}}
}

func serializeResponse(r *tenon.Router) {
	for _, name := range []string{"valid", "coerce"} {
		tenon.Get(r, "/items/"+name, func(context.Context, *struct{}) (priced, error) {
			return priced{Name: name, Price: new(1.0)}, nil
		})
	}
	tenon.Get(r, "/items/validlist", func(context.Context, *struct{}) ([]priced, error) { return pricedItems(), nil })
}

func serializeResponseDataclass(r *tenon.Router) {
	type Item struct {
		priced
		Date naive `json:"date"`
	}
	date := naive(time.Date(2021, 7, 26, 0, 0, 0, 0, time.UTC))
	for path, item := range map[string]priced{
		"valid":                    {Name: "valid", Price: new(1.0)},
		"object":                   {"object", new(1.0), &[]int64{1, 2, 3}},
		"coerce":                   {Name: "coerce", Price: new(1.0)},
		"no-response-model/object": {"object", new(1.0), &[]int64{1, 2, 3}},
	} {
		tenon.Get(r, "/items/"+path, func(context.Context, *struct{}) (Item, error) { return Item{item, date}, nil })
	}
	for _, path := range []string{"validlist", "objectlist", "no-response-model/objectlist"} {
		tenon.Get(r, "/items/"+path, func(context.Context, *struct{}) ([]Item, error) {
			var list []Item
			for _, item := range pricedItems() {
				list = append(list, Item{item, date})
			}
			return list, nil
		})
	}
}

// A naive time has no zone, as many of Python's.
type naive time.Time

// MarshalText implements [encoding.TextMarshaler].
func (n naive) MarshalText() ([]byte, error) {
	return time.Time(n).AppendFormat(nil, "2006-01-02T15:04:05"), nil
}

func serializeResponseModel(r *tenon.Router) {
	type Item struct {
		Name     string   `json:"aliased_name"`
		Price    *float64 `json:"price"`
		OwnerIDs *[]int64 `json:"owner_ids"`
	}
	type Unset struct {
		Name     string   `json:"aliased_name"`
		Price    *float64 `json:"price,omitempty"`
		OwnerIDs *[]int64 `json:"owner_ids,omitempty"`
	}
	full := make(map[string]Item)
	unset := make(map[string]Unset)
	var items []Item
	var short []Unset
	for i, item := range pricedItems() {
		items, short = append(items, Item(item)), append(short, Unset(item))
		full["k"+string(rune('1'+i))], unset["k"+string(rune('1'+i))] = Item(item), Unset(item)
	}
	for _, name := range []string{"valid", "coerce"} {
		tenon.Get(r, "/items/"+name, func(context.Context, *struct{}) (Item, error) { return Item{Name: name, Price: new(1.0)}, nil })
		tenon.Get(r, "/items/"+name+"-exclude-unset", func(context.Context, *struct{}) (Unset, error) {
			return Unset{Name: name, Price: new(1.0)}, nil
		})
	}
	tenon.Get(r, "/items/validlist", func(context.Context, *struct{}) ([]Item, error) { return items, nil })
	tenon.Get(r, "/items/validdict", func(context.Context, *struct{}) (map[string]Item, error) { return full, nil })
	tenon.Get(r, "/items/validlist-exclude-unset", func(context.Context, *struct{}) ([]Unset, error) { return short, nil })
	tenon.Get(r, "/items/validdict-exclude-unset", func(context.Context, *struct{}) (map[string]Unset, error) { return unset, nil })
}

type recursive struct {
	SubItems []recursive `json:"sub_items"`
	Name     string      `json:"name"`
}

type recursive1 struct {
	SubItems []recursive2 `json:"sub_items1"`
	Name     string       `json:"name"`
}

type recursive2 struct {
	SubItems []recursive1 `json:"sub_items2"`
	Name     string       `json:"name"`
}

func validateResponseRecursiveApp(r *tenon.Router) {
	tenon.Get(r, "/items/recursive", func(context.Context, *struct{}) (recursive, error) {
		return recursive{[]recursive{{Name: "subitem"}}, "item"}, nil
	})
	tenon.Get(r, "/items/recursive-submodel", func(context.Context, *struct{}) (recursive1, error) {
		return recursive1{[]recursive2{{[]recursive1{{[]recursive2{{Name: "subsubsubitem"}}, "subsubitem"}}, "subitem"}}, "item"}, nil
	})
}

type valued struct {
	ID    string `json:"id"`
	Value string `json:"value"`
}

func additionalResponsesTutorial003(r *tenon.Router) {
	tenon.Get(r, "/items/{item_id}", func(_ context.Context, in *struct {
		ItemID string `path:"item_id"`
	}) (valued, error) {
		if in.ItemID != "foo" {
			return valued{}, fastapi.JSON(404, object{"message": "Item not found"})
		}
		return valued{"foo", "there goes my hero"}, nil
	}, tenon.Errors(problem.New(404, fastapi.Whole, "The item was not found")))
}

func additionalStatusCodesTutorial001(r *tenon.Router) {
	type item struct {
		Name *string `json:"name"`
		Size *int64  `json:"size"`
	}
	items := map[string]item{"foo": {new("Fighters"), new(int64(6))}, "bar": {new("Tenders"), new(int64(3))}}
	tenon.Put(r, "/items/{item_id}", func(_ context.Context, in *struct {
		ItemID string `path:"item_id"`
		Body   struct {
			Name *string `json:"name"`
			Size *int64  `json:"size"`
		}
	}) (tenon.Reply[item], error) {
		_, known := items[in.ItemID]
		items[in.ItemID] = item(in.Body)
		if known {
			return tenon.Reply[item]{Body: items[in.ItemID]}, nil
		}
		return tenon.Reply[item]{Status: 201, Body: items[in.ItemID]}, nil
	}, tenon.Status(200, 201))
}

func additionalResponsesTutorial004(r *tenon.Router) {
	tenon.Get(r, "/items/{item_id}", func(_ context.Context, _ *struct {
		ItemID string `path:"item_id"`
		Img    *bool  `query:"img"`
	}) (valued, error) {
		return valued{"foo", "there goes my hero"}, nil // a status has one media type, or the client chooses
	}, tenon.Describe(404, "Item not found"), tenon.Describe(403, "Not enough privileges"))
}
