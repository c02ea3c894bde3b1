package openapi_test

import (
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/openapi"
)

func TestPathItemHoldsOneOperationPerMethod(t *testing.T) {
	known := []string{"GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"}
	var item openapi.PathItem
	for _, method := range known {
		assert.Equal(t, item.SetOperation(method, &openapi.Operation{OperationID: method}), true, method)
	}
	var got []string
	for method, op := range item.Operations() {
		assert.Equal(t, op.OperationID, method)
		got = append(got, method)
	}
	assert.Equal(t, got, known)

	for range item.Operations() {
		break // an iteration may end early
	}
}

func TestPathItemRefusesMethodsWithoutMember(t *testing.T) {
	for _, method := range []string{"", "get", "CONNECT", "QUERY"} {
		var item openapi.PathItem
		assert.Equal(t, item.SetOperation(method, &openapi.Operation{}), false, method)
		for set := range item.Operations() {
			t.Errorf("%q set %s", method, set)
		}
	}
}

func TestPathItemSkipsAbsentOperations(t *testing.T) {
	item := openapi.PathItem{Patch: &openapi.Operation{}}
	var got []string
	for method := range item.Operations() {
		got = append(got, method)
	}
	assert.Equal(t, got, []string{"PATCH"})
}
