// SPDX-License-Identifier: Apache-2.0

package instruments

import (
	"context"
	"fmt"
	"math"
	"sync/atomic"

	"go.opentelemetry.io/otel/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// instrumented is one metric of the map with its OpenTelemetry instrument.
type instrumented struct {
	name     string
	space    *space
	observe  observer
	integer  bool
	positive bool // values below zero are refused

	full    atomic.Int64 // combinations beyond max_series
	refused [reasonCount]atomic.Int64
}

// newInstrumented makes the instrument, unless it is one that is observed later. followed: see [followed]. sharing is that of
// the map.
func newInstrumented(m *eventmap.Metric, meter metric.Meter, later, followed bool, sharing sharing) (*instrumented, error) {
	var observe observer = unfed{}
	if !later {
		var err error
		if observe, err = newObserver(m, meter); err != nil {
			return nil, fmt.Errorf("instruments: metric %q: %w", m.Name, err)
		}
	}
	return &instrumented{
		name:     m.Name,
		space:    newSpace(m, followed, sharing),
		observe:  observe,
		integer:  m.Number == eventmap.Int,
		positive: !m.Instrument.TakesNegative(),
	}, nil
}

// record adds, sets or observes a number, unless the sum of the series would leave its range.
func (i *instrumented) record(ctx context.Context, n number, s *series) {
	taken := true
	switch {
	case s.total == nil:
	case i.integer:
		taken = s.total.takeInt(n.i)
	case math.Abs(n.f) >= largeDouble:
		if s.total.takeLarge(n.f, func() { i.observe.observe(ctx, n, s) }) {
			return
		}
		taken = false
	}
	if !taken {
		i.refused[reasonSumRange].Add(1)
		return
	}
	i.observe.observe(ctx, n, s)
}
