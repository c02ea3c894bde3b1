package apps

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tenonapi/tenon"
)

func zoo() []App {
	return []App{
		{Name: "t_main", Routes: pathsAndQueries},
	}
}

func pathsAndQueries(r *tenon.Router) {
	paths(r)
	bounds(r)
	queries(r)
}

func paths(r *tenon.Router) {
	tenon.Get(r, "/api_route", func(_ context.Context, _ *struct{}) (object, error) {
		return object{"message": "Hello World"}, nil
	})
	tenon.Get(r, "/non_decorated_route", func(_ context.Context, _ *struct{}) (object, error) {
		return object{"message": "Hello World"}, nil
	})
	tenon.Get(r, "/text", func(_ context.Context, _ *struct{}) (string, error) {
		return "Hello World", nil
	})
	tenon.Get(r, "/path/{item_id}", func(_ context.Context, in *struct {
		ItemID string `path:"item_id"`
	}) (string, error) {
		return in.ItemID, nil
	})
	tenon.Get(r, "/path/str/{item_id}", func(_ context.Context, in *struct {
		ItemID string `path:"item_id"`
	}) (string, error) {
		return in.ItemID, nil
	})
	tenon.Get(r, "/path/int/{item_id}", func(_ context.Context, in *struct {
		ItemID int64 `path:"item_id"`
	}) (int64, error) {
		return in.ItemID, nil
	})
	tenon.Get(r, "/path/float/{item_id}", func(_ context.Context, in *struct {
		ItemID float64 `path:"item_id"`
	}) (float64, error) {
		return in.ItemID, nil
	})
	tenon.Get(r, "/path/bool/{item_id}", func(_ context.Context, in *struct {
		ItemID bool `path:"item_id"`
	}) (bool, error) {
		return in.ItemID, nil
	})
	tenon.Get(r, "/path/param/{item_id}", func(_ context.Context, in *struct {
		ItemID string `path:"item_id"`
	}) (string, error) {
		return in.ItemID, nil
	})
	tenon.Get(r, "/path/param-minlength/{item_id}", func(_ context.Context, in *struct {
		ItemID string `path:"item_id" check:"minLength=3"`
	}) (string, error) {
		return in.ItemID, nil
	})
	tenon.Get(r, "/path/param-maxlength/{item_id}", func(_ context.Context, in *struct {
		ItemID string `path:"item_id" check:"maxLength=3"`
	}) (string, error) {
		return in.ItemID, nil
	})
	tenon.Get(r, "/path/param-min_maxlength/{item_id}", func(_ context.Context, in *struct {
		ItemID string `path:"item_id" check:"minLength=2,maxLength=3"`
	}) (string, error) {
		return in.ItemID, nil
	})
	tenon.Get(r, "/path/param-gt/{item_id}", func(_ context.Context, in *struct {
		ItemID float64 `path:"item_id" check:"gt=3"`
	}) (float64, error) {
		return in.ItemID, nil
	})
	tenon.Get(r, "/path/param-gt0/{item_id}", func(_ context.Context, in *struct {
		ItemID float64 `path:"item_id" check:"gt=0"`
	}) (float64, error) {
		return in.ItemID, nil
	})
	tenon.Get(r, "/path/param-ge/{item_id}", func(_ context.Context, in *struct {
		ItemID float64 `path:"item_id" check:"ge=3"`
	}) (float64, error) {
		return in.ItemID, nil
	})
	tenon.Get(r, "/path/param-lt/{item_id}", func(_ context.Context, in *struct {
		ItemID float64 `path:"item_id" check:"lt=3"`
	}) (float64, error) {
		return in.ItemID, nil
	})
	tenon.Get(r, "/path/param-lt0/{item_id}", func(_ context.Context, in *struct {
		ItemID float64 `path:"item_id" check:"lt=0"`
	}) (float64, error) {
		return in.ItemID, nil
	})
	tenon.Get(r, "/path/param-le/{item_id}", func(_ context.Context, in *struct {
		ItemID float64 `path:"item_id" check:"le=3"`
	}) (float64, error) {
		return in.ItemID, nil
	})
	tenon.Get(r, "/path/param-lt-gt/{item_id}", func(_ context.Context, in *struct {
		ItemID float64 `path:"item_id" check:"gt=1,lt=3"`
	}) (float64, error) {
		return in.ItemID, nil
	})
	tenon.Get(r, "/path/param-le-ge/{item_id}", func(_ context.Context, in *struct {
		ItemID float64 `path:"item_id" check:"ge=1,le=3"`
	}) (float64, error) {
		return in.ItemID, nil
	})
}

// bounds has paths with integers between bounds.
func bounds(r *tenon.Router) {
	tenon.Get(r, "/path/param-lt-int/{item_id}", func(_ context.Context, in *struct {
		ItemID int64 `path:"item_id" check:"lt=3"`
	}) (int64, error) {
		return in.ItemID, nil
	})
	tenon.Get(r, "/path/param-gt-int/{item_id}", func(_ context.Context, in *struct {
		ItemID int64 `path:"item_id" check:"gt=3"`
	}) (int64, error) {
		return in.ItemID, nil
	})
	tenon.Get(r, "/path/param-le-int/{item_id}", func(_ context.Context, in *struct {
		ItemID int64 `path:"item_id" check:"le=3"`
	}) (int64, error) {
		return in.ItemID, nil
	})
	tenon.Get(r, "/path/param-ge-int/{item_id}", func(_ context.Context, in *struct {
		ItemID int64 `path:"item_id" check:"ge=3"`
	}) (int64, error) {
		return in.ItemID, nil
	})
	tenon.Get(r, "/path/param-lt-gt-int/{item_id}", func(_ context.Context, in *struct {
		ItemID int64 `path:"item_id" check:"gt=1,lt=3"`
	}) (int64, error) {
		return in.ItemID, nil
	})
	tenon.Get(r, "/path/param-le-ge-int/{item_id}", func(_ context.Context, in *struct {
		ItemID int64 `path:"item_id" check:"ge=1,le=3"`
	}) (int64, error) {
		return in.ItemID, nil
	})
}

func queries(r *tenon.Router) {
	tenon.Get(r, "/query", func(_ context.Context, in *struct {
		Query string `query:"query"`
	}) (any, error) {
		return fmt.Sprintf("foo bar %v", in.Query), nil
	})
	tenon.Get(r, "/query/optional", func(_ context.Context, in *struct {
		Query *string `query:"query"`
	}) (any, error) {
		return fooBar(in.Query), nil
	})
	tenon.Get(r, "/query/int", func(_ context.Context, in *struct {
		Query int64 `query:"query"`
	}) (any, error) {
		return fmt.Sprintf("foo bar %v", in.Query), nil
	})
	tenon.Get(r, "/query/int/optional", func(_ context.Context, in *struct {
		Query *int64 `query:"query"`
	}) (any, error) {
		return fooBar(in.Query), nil
	})
	tenon.Get(r, "/query/int/default", func(_ context.Context, in *struct {
		Query int64 `query:"query" default:"10"`
	}) (any, error) {
		return fmt.Sprintf("foo bar %v", in.Query), nil
	})
	tenon.Get(r, "/query/param", func(_ context.Context, in *struct {
		Query *string `query:"query"`
	}) (any, error) {
		return fooBar(in.Query), nil
	})
	tenon.Get(r, "/query/param-required", func(_ context.Context, in *struct {
		Query string `query:"query"`
	}) (any, error) {
		return fmt.Sprintf("foo bar %v", in.Query), nil
	})
	tenon.Get(r, "/query/param-required/int", func(_ context.Context, in *struct {
		Query int64 `query:"query"`
	}) (any, error) {
		return fmt.Sprintf("foo bar %v", in.Query), nil
	})
	tenon.Get(r, "/enum-status-code", func(_ context.Context, _ *struct{}) (string, error) {
		return "foo bar", nil
	}, tenon.Status(201))
	tenon.Get(r, "/query/frozenset", func(_ context.Context, in *struct {
		Query []int64 `query:"query"`
	}) (string, error) {
		slices.Sort(in.Query)
		var texts []string
		for _, n := range slices.Compact(in.Query) {
			texts = append(texts, strconv.FormatInt(n, 10))
		}
		return strings.Join(texts, ","), nil
	})
	tenon.Get(r, "/query/list", func(_ context.Context, in *struct {
		DeviceIds []int64 `query:"device_ids"`
	}) ([]int64, error) {
		return in.DeviceIds, nil
	})
	tenon.Get(r, "/query/list-default", func(_ context.Context, in *struct {
		DeviceIds []int64 `query:"device_ids" default:"[]"`
	}) ([]int64, error) {
		return in.DeviceIds, nil
	})
}

// fooBar is what the routes of an optional query answer.
func fooBar[T any](query *T) string {
	if query == nil {
		return "foo bar"
	}
	return fmt.Sprintf("foo bar %v", *query)
}
