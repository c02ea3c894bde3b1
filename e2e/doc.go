// Package e2e has only tests, which run whole programs of this repository the
// way their users do, as processes that are reached over sockets and killed.
//
// They need Linux or macOS, the go command, and for some of them the public
// test data in the folder ../../shared/corpora or the one that TENON_CORPORA
// names; without it they skip, saying so. Run them with GOWORK=off.
//
// go test -run 'Storm|Slow|Drains' -v -drains=20 shows how Harbor Payments bears hostile
// traffic: what was sent and answered, memory, and the latency of a healthy client.
//
// TENON_LONG=1 go test -run Faults -v -timeout=1h runs the faults that a release must bear: 50,000
// operations of 16 clients and 70 faults and more. -seed=2 makes others.
package e2e
