package sqlitestore_test

import (
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"github.com/tenonapi/tenon/webhook"
)

// A claim, without its release, of 100,000 pending deliveries.
func BenchmarkClaim(b *testing.B) {
	for _, endpoints := range []int{1, 100, 1000, 10_000} {
		b.Run(fmt.Sprintf("endpoints=%d", endpoints), func(b *testing.B) {
			store := openBackend(b, 1)
			now := queue(b, store, endpoints, 100_000/endpoints)
			b.ReportAllocs()
			var worst time.Duration
			for b.Loop() {
				start := time.Now()
				claimed, err := store.Claim(b.Context(), webhook.Claim{Token: rand.Text(), Now: now, Until: now.Add(time.Hour), Limit: 64, PerEndpoint: max(4, 64/endpoints)})
				if err != nil || len(claimed) != 64 {
					b.Fatal(len(claimed), err)
				}
				worst = max(worst, time.Since(start))
				b.StopTimer()
				leases := make([]webhook.Lease, len(claimed))
				for i, c := range claimed {
					leases[i] = c.Lease
				}
				if err := store.Release(b.Context(), leases); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
			b.ReportMetric(float64(worst.Microseconds()), "worst-µs")
		})
	}
}
