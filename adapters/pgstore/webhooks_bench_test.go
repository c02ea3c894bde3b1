package pgstore_test

import (
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"github.com/tenonapi/tenon/adapters/pgstore"
	"github.com/tenonapi/tenon/webhook"
)

// A claim and its release, of 100,000 pending deliveries.
func BenchmarkClaim(b *testing.B) {
	for _, endpoints := range []int{1, 100, 1000} {
		for _, analyzed := range []bool{false, true} {
			b.Run(fmt.Sprintf("endpoints=%d/analyzed=%v", endpoints, analyzed), func(b *testing.B) {
				store := openBackend(b, 1, pgstore.Config{})
				now := queue(b, store, endpoints, 100_000/endpoints)
				if analyzed {
					exec(b, plain(b), "ANALYZE webhook_endpoints, webhook_events, webhook_deliveries")
				}
				b.ReportAllocs()
				var worst time.Duration
				for b.Loop() {
					start := time.Now()
					claimed, err := store.Claim(b.Context(), webhook.Claim{Token: rand.Text(), Now: now, Until: now.Add(time.Hour), Limit: 64, PerEndpoint: 8})
					if err != nil {
						b.Fatal(err)
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
}
