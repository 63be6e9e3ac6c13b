// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"sync/atomic"
	"time"
)

// recordDelay is the longest time between the received_at of an event and the update of its metrics. Metrics are
// updated after the journal: a page that was made in between does not count the event yet.
type recordDelay struct{ nanoseconds atomic.Int64 }

// note takes the time of one event.
func (d *recordDelay) note(took time.Duration) {
	for old := d.nanoseconds.Load(); int64(took) > old; old = d.nanoseconds.Load() {
		if d.nanoseconds.CompareAndSwap(old, int64(took)) {
			return
		}
	}
}

func (d *recordDelay) longest() time.Duration { return time.Duration(d.nanoseconds.Load()) }
