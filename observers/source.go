// SPDX-License-Identifier: Apache-2.0

package observers

import (
	"context"
	"time"
)

// SetFunc sets a gauge of the map. The attributes are pairs of name and value, such as "time_period", "daily". The
// values are exported after the reading has returned without an error.
type SetFunc func(metric string, value float64, attributes ...string)

// Source reads values for gauges on a schedule.
type Source struct {
	// Name is the attribute source of otelanalytics.observer.up, and the source's name in the log. It is required and
	// must be unique.
	Name string
	// Metrics are the gauges of the map that Read sets. At least one is required.
	Metrics []string
	// Optional are gauges that Read sets if the map declares them.
	Optional []string
	// Interval is the time between the beginnings of two readings. Zero means the interval of [WithInterval].
	Interval time.Duration
	// Timeout bounds one reading. Zero means 10 seconds.
	Timeout time.Duration
	// Read reads the values and calls set for each. One goroutine at a time calls it. Read must return when ctx ends.
	// Otherwise the source counts as failed, and Read is not called again before it has returned. After an error or a
	// panic, the values of the last successful reading stay.
	Read func(ctx context.Context, set SetFunc) error
}

// Gauges registers gauges. An *otelanalytics.Client implements it, and so does an *otelanalytics.Module. With a module,
// the module's switch applies to the gauges. The compiler infers G, which is *otelanalytics.Gauge for both.
type Gauges[G Gauge] interface {
	// ObserveGauge exports a gauge. It returns an error for a metric that the map does not declare as a gauge, and for
	// a metric that an event records into.
	ObserveGauge(metric string) (G, error)
}

// Gauge is an exported gauge.
type Gauge interface {
	// Replace sets the series that fill sets. They replace all series that were set before.
	Replace(fill func(set func(value float64, attributes ...string)))
	// Stop ends the export.
	Stop() error
}
