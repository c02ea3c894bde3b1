// Package jws has no code: its tests run the vectors of Project Wycheproof against
// package jws of adapters/jwtauth. A vector that is judged otherwise is listed in
// the test with the reason.
package jws
