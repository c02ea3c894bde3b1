package main

import "testing"

func BenchmarkRegister(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := open(); err != nil {
			b.Fatal(err)
		}
	}
}
