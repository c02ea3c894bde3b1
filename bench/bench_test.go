package main

import "testing"

// BenchmarkJob measures what `go run .` measures, for benchstat and pprof:
// BenchmarkJob/post-order/encoding-json. Give it -cpu 1.
func BenchmarkJob(b *testing.B) {
	entries, err := enter(contenders(), jobs())
	if err != nil {
		b.Fatal(err)
	}
	for _, j := range jobs() {
		for _, e := range entries {
			if e.jobs[j.name] == nil {
				continue
			}
			b.Run(j.name+"/"+e.name, func(b *testing.B) {
				s := newSender(e.jobs[j.name], j.timed)
				b.ReportAllocs()
				for b.Loop() {
					s.send()
				}
				if s.wrong > 0 {
					b.Fatalf("%d answers differ from the first", s.wrong)
				}
			})
		}
	}
}
