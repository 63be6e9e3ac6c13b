// SPDX-License-Identifier: Apache-2.0

package observers

import (
	"context"
	"time"
)

// SetFunc sets a gauge of the map: its value, and pairs of attribute and value, such as "time_period", "daily". What it is
// given is exported once the reading has returned without an error.
type SetFunc func(metric string, value float64, attributes ...string)

// Source is something that is read on a schedule.
type Source struct {
	// Name is the attribute source of otelanalytics.observer.up, and what the log calls it. Required, and unique.
	Name string
	// Metrics are the gauges of the map that Read sets. At least one.
	Metrics []string
	// Optional are gauges that Read sets where the map declares them.
	Optional []string
	// Interval is the time between the beginnings of two readings; 0 is that of [WithInterval].
	Interval time.Duration
	// Timeout bounds one reading; 0 is 10 seconds.
	Timeout time.Duration
	// Read reads, and sets. It is called by one goroutine at a time and must return when ctx ends: one that does not counts
	// as failed from then on, and is not called again before it has returned. After an error, or a panic, the values of the
	// reading before stay.
	Read func(ctx context.Context, set SetFunc) error
}

// Gauges is what the observers need of a client: an *otelanalytics.Client, or an *otelanalytics.Module, whose switch then
// holds. The compiler finds G, which is *otelanalytics.Gauge for both.
type Gauges[G Gauge] interface {
	// ObserveGauge exports a gauge. It refuses a metric that the map does not declare as a gauge, and one that an event
	// records into.
	ObserveGauge(metric string) (G, error)
}

// Gauge is an exported gauge.
type Gauge interface {
	// Replace sets the series that fill sets, in place of those before.
	Replace(fill func(set func(value float64, attributes ...string)))
	// Stop ends the export.
	Stop() error
}
