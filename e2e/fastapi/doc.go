// Package fastapi sends what was recorded with FastAPI applications to the same applications
// written with Tenon, under fastapi.Compat, over real sockets, and compares the answers. The
// applications are in the package apps; what differs on purpose is in DIFFERENCES.md.
package fastapi
