// Package ogenapi is the API of the benchmark's jobs as ogen generates it from
// openapi.yaml. Every file that ends in _gen.go is generated; nothing is copied.
package ogenapi

//go:generate go tool ogen --target . --package ogenapi --config ogen.yml --clean openapi.yaml
