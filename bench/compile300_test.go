package main

import (
	"fmt"
	"reflect"
	"runtime"
	"testing"
	"time"

	"github.com/tenonapi/tenon/schema"
)

// distinctTypes returns n struct types of ten fields with rules, each its own.
func distinctTypes(n int) []reflect.Type {
	types := make([]reflect.Type, n)
	for i := range types {
		types[i] = reflect.StructOf([]reflect.StructField{
			{Name: "ID", Type: reflect.TypeFor[string](), Tag: reflect.StructTag(fmt.Sprintf(`json:"id%d" check:"format=uuid"`, i))},
			{Name: "Name", Type: reflect.TypeFor[string](), Tag: `json:"name" check:"minLength=1,maxLength=64" doc:"Name"`},
			{Name: "Code", Type: reflect.TypeFor[string](), Tag: `json:"code" check:"pattern='^[A-Z]{3}$'"`},
			{Name: "Amount", Type: reflect.TypeFor[int64](), Tag: `json:"amount" check:"gt=0,le=10000000"`},
			{Name: "Rate", Type: reflect.TypeFor[float64](), Tag: `json:"rate" check:"ge=0,le=1"`},
			{Name: "At", Type: reflect.TypeFor[time.Time](), Tag: `json:"at"`},
			{Name: "Tags", Type: reflect.TypeFor[[]string](), Tag: `json:"tags" check:"maxItems=10,each(maxLength=20)"`},
			{Name: "More", Type: reflect.TypeFor[map[string]string](), Tag: `json:"more"`},
			{Name: "Maybe", Type: reflect.TypeFor[*string](), Tag: `json:"maybe"`},
			{Name: "Limit", Type: reflect.TypeFor[schema.Opt[int]](), Tag: `json:"limit" check:"ge=1,le=100"`},
		})
	}
	return types
}

// TestCompilingManyTypes holds the goal of 10 MiB for 300 types, whether kept or
// only used; the benchmark tells the time, of which the goal is 10 ms.
func TestCompilingManyTypes(t *testing.T) {
	types := distinctTypes(300)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	set := compileAll(t, types)
	runtime.GC()
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 10<<20 {
		t.Errorf("the plans of 300 types need %d bytes, want at most 10 MiB", used)
	}
	if kept := int64(after.HeapAlloc) - int64(before.HeapAlloc); kept > 10<<20 {
		t.Errorf("the plans of 300 types keep %d bytes, want at most 10 MiB", kept)
	}
	runtime.KeepAlive(set)
}

func compileAll(t testing.TB, types []reflect.Type) *schema.Set {
	set := schema.NewSet(schema.Config{})
	for _, typ := range types {
		if _, err := set.Field(typ, nil); err != nil {
			t.Fatal(err)
		}
	}
	return set
}

func BenchmarkCompile300Types(b *testing.B) {
	types := distinctTypes(300)
	b.ReportAllocs()
	for b.Loop() {
		compileAll(b, types)
	}
}
