package contract_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"
)

// mostOver is what a warm request may take in the whole chain (recover, log, headers,
// route, token, throttle, decoder, service, envelope) over a handler that does nothing.
const mostOver = 200 * time.Microsecond

// BenchmarkRequest is make bench-request. The table is in memory: what a store takes is the
// store's.
func BenchmarkRequest(b *testing.B) {
	w := newWorld(b, 10_000)
	w.auth()
	empty := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	for _, x := range []struct{ name, path string }{
		{"ping", "/v1/system/ping/"}, {"me", "/v1/auth/me/"}, {"site", "/v1/auth/sites/" + w.ids["site"] + "/"},
		{"keywords", "/v1/planner/keywords/?site_id=" + w.ids["site"]}, {"industries", "/v1/auth/industries/"},
	} {
		b.Run(x.name, func(b *testing.B) {
			base, whole := w.p50(b, empty, x.path), w.p50(b, w.h, x.path)
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64((whole-base).Nanoseconds())/1000, "µs-over-empty-p50")
			if whole-base > mostOver {
				b.Errorf("%s takes %s over an empty handler at p50, and may take %s", x.path, whole-base, mostOver)
			}
		})
	}
}

// p50 is the median of 4,000 warm requests.
func (w *world) p50(b *testing.B, h http.Handler, path string) time.Duration {
	b.Helper()
	times := make([]time.Duration, 0, 4000)
	for i := range 4200 {
		r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, path, nil)
		r.Header.Set("Authorization", "Bearer "+w.token)
		res := httptest.NewRecorder()
		began := time.Now()
		h.ServeHTTP(res, r)
		took := time.Since(began)
		if res.Code != http.StatusOK {
			b.Fatalf("%s: %d %s", path, res.Code, res.Body)
		}
		if i >= 200 {
			times = append(times, took)
		}
	}
	slices.Sort(times)
	return times[len(times)/2]
}
