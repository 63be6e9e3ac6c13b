// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
)

// BenchmarkTrackWhileMongoDBIsDown times single calls of Track with MongoDB there and with MongoDB away, in turns and in
// one run, so that the machine is the same for both. It reports the median and the 99th percentile of each, and the
// ratios of down to up.
func BenchmarkTrackWhileMongoDBIsDown(b *testing.B) {
	server := mongotest.Start(b)
	if !server.CanStop() {
		b.Skip("the server that OTELANALYTICS_TEST_MONGODB_URI names is not ours to stop")
	}
	db := server.Database(b)
	s := start(b, settings{URI: server.URI() + impatient, Database: db.Name()})
	e := thing("benchmark", 100)
	var times [2][]time.Duration // up, down
	const turns, calls = 6, 5_000
	n := 0
	for b.Loop() {
		for turn := range turns {
			down := turn % 2
			if down == 1 {
				server.Stop()
			}
			for range calls {
				began := time.Now()
				err := s.client.Track(b.Context(), e)
				times[down] = append(times[down], time.Since(began))
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
			if down == 1 {
				server.Start()
			}
			s.flush()
		}
	}
	at := func(down int, q float64) float64 {
		slices.Sort(times[down])
		return float64(times[down][int(q*float64(len(times[down])))]) / 1e3
	}
	for _, q := range []int{50, 99} {
		up, down := at(0, float64(q)/100), at(1, float64(q)/100)
		b.ReportMetric(up, "µs-up-p"+strconv.Itoa(q))
		b.ReportMetric(down, "µs-down-p"+strconv.Itoa(q))
		b.ReportMetric(down/up, "ratio-p"+strconv.Itoa(q))
	}
	b.ReportMetric(0, "ns/op")
}
