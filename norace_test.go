//go:build !race

package tenon_test

const raceEnabled = false
