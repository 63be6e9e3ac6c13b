// SPDX-License-Identifier: Apache-2.0

package instruments

import (
	"math"
	"sync"
	"sync/atomic"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// total follows what one series of a counter or a histogram has been given since it was made. The OpenTelemetry SDK adds
// without a look at the range: two ints of 9e18 make a negative sum, and two doubles of 1.7e308 an infinite one for good.
type total struct {
	ints atomic.Int64

	mu    sync.Mutex // guards large and any; held while the instrument is given a large double
	large float64    // the sum of the large doubles
	any   bool       // a large double was added
}

const (
	// smallConstant bounds the constant values of a metric that needs no totals: one process does not make the 9e15
	// additions that would take an int out of range.
	smallConstant = 1_000

	// largeDouble is the size from which on doubles are followed. 2^62 smaller ones make less than 2^963, and less than
	// 2^970 leaves a sum finite that is finite: it is below half of the distance between the largest two doubles.
	largeDouble = 0x1p900

	// mostDouble bounds the sum of large doubles. It leaves room for 2^44 roundings: the instrument rounds other than
	// the total where small doubles come between.
	mostDouble = math.MaxFloat64 - math.MaxFloat64/1024
)

// takeInt adds an int, and reports false, adding nothing, if the sum would leave the range of an int64.
func (t *total) takeInt(v int64) bool {
	for {
		sum := t.ints.Load()
		next := sum + v
		if (next > sum) != (v > 0) && v != 0 {
			return false
		}
		if t.ints.CompareAndSwap(sum, next) {
			return true
		}
	}
}

// takeLarge adds a large double to the total and, by calling add, to the instrument. It does neither and reports false if
// the sum could become infinite. The first one is taken whatever its size.
func (t *total) takeLarge(v float64, add func()) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	next := t.large + v
	if t.any && math.Abs(next) > mostDouble && math.Abs(next) > math.Abs(t.large) {
		return false
	}
	t.large, t.any = next, true
	add() // under the lock: in another order the instrument's sum could become infinite on the way
	return true
}

// followed returns the names of the metrics whose sums can leave their range: those with a sum that an event gives
// anything but a small constant.
func followed(m *eventmap.Map) map[string]bool {
	names := make(map[string]bool)
	eachRecord(m, func(r *eventmap.Record) {
		constant := r.Value.Path == nil && r.Value.Expression == nil
		if !r.Metric.Instrument.IsGauge() && !(constant && math.Abs(r.Value.Constant) <= smallConstant) {
			names[r.Metric.Name] = true
		}
	})
	return names
}
