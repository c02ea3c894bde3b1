// Package schema has no code: its tests compare package schema of this
// repository with other implementations. The syntax is judged by jsontext, the
// meaning by encoding/json and its second version, the printed JSON Schema by
// santhosh-tekuri/jsonschema.
//
// What may differ is listed in DIFFERENCES.md, and each entry there is shown by
// a row of TestDifferences. Everything else that differs fails a test.
//
// The fuzz targets are FuzzSyntax, FuzzDecode, FuzzEncode and FuzzRules. Their
// seeds run with go test; one of them is fuzzed with
//
//	GOWORK=off go test -run='^$' -fuzz='^FuzzSyntax$' -fuzztime=10s ./schema
//
// Some tests need the public test data in the folder ../../../shared/corpora or
// the one that TENON_CORPORA names; without it they skip, saying so.
package schema
