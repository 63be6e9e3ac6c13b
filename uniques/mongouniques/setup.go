// SPDX-License-Identifier: Apache-2.0

package mongouniques

import (
	"context"
	"errors"
	"sync/atomic"

	"go.opentelemetry.io/otel/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/observers"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
	"github.com/otelanalytics/otelanalytics-go/uniques"
)

// ErrNoKey reports that the event map declares distinct users, but the configuration has no key for counting them.
var ErrNoKey = errors.New("mongouniques: the event map has metrics with instrument: unique, and there is no key; set uniques_key or uniques_key_collection (OTELANALYTICS_UNIQUES_KEY, OTELANALYTICS_UNIQUES_KEY_COLLECTION)")

// Counting is the counter of a service. It is safe for concurrent use.
type Counting struct {
	metrics []uniques.Metric
	counter atomic.Pointer[uniques.Counter] // nil before mongostore.Open
}

// Setup sets c.Around, so that the store of [mongostore.Open] counts the metrics that m declares with instrument:
// unique. The counter keeps its sketches beside the events and logs to c's logger.
//
// Values are hashed with the key of cfg. UniquesKey takes precedence over UniquesKeyCollection. The first service that
// uses the collection makes the key.
//
// If m declares nothing to count, or disables it, Setup leaves c as it is and needs no key.
//
// Setup returns ErrNoKey if there is no key, and an error if c.Around is already set. Open reports other mistakes in
// cfg.
func Setup(c *mongostore.Config, m *eventmap.Map, cfg config.Config, options ...Option) (*Counting, error) {
	counting := &Counting{metrics: uniques.FromMap(m)}
	switch {
	case len(counting.metrics) == 0:
		return counting, nil
	case c.Around != nil:
		return nil, errors.New("mongouniques: Config.Around is set already; wrap the sink in a uniques.Counter yourself, and then in your own sink")
	case cfg.UniquesKey == "" && cfg.UniquesKeyCollection == "":
		return nil, ErrNoKey
	}
	var with choices
	for _, o := range options {
		o.apply(&with)
	}
	logger := c.Logger
	c.Around = func(sink *mongostore.Sink) (eventstore.Sink, error) {
		reader := sink.Reader()
		conf := uniques.Config{
			Metrics: counting.metrics, Key: []byte(cfg.UniquesKey), Records: reader.Records(), Documents: reader,
			Logger: logger, MeterProvider: with.provider,
		}
		if cfg.UniquesKey == "" {
			conf.KeyFrom = func(ctx context.Context) ([]byte, error) { return reader.UniquesKey(ctx, cfg.UniquesKeyCollection) }
		}
		counter, err := uniques.New(conf)
		if err != nil {
			return nil, err
		}
		counting.counter.Store(counter)
		return counter.Around(sink), nil
	}
	return counting, nil
}

// Counter returns the counter. It is nil before mongostore.Open, and when there is nothing to count.
func (c *Counting) Counter() *uniques.Counter { return c.counter.Load() }

// Sources returns the source through which observers read the numbers: one with that name, or none when there is
// nothing to count. A reading before mongostore.Open fails.
func (c *Counting) Sources(name string) []observers.Source {
	if len(c.metrics) == 0 {
		return nil
	}
	s := observers.Source{Name: name, Read: func(ctx context.Context, set observers.SetFunc) error {
		counter := c.Counter()
		if counter == nil {
			return errors.New("mongouniques: the store is not open")
		}
		return counter.Read(ctx, set)
	}}
	for _, m := range c.metrics {
		s.Metrics = append(s.Metrics, m.Name)
	}
	return []observers.Source{s}
}

// Option changes what [Setup] does.
type Option interface{ apply(*choices) }

type choices struct{ provider metric.MeterProvider }

type option func(*choices)

func (o option) apply(c *choices) { o(c) }

// WithMeterProvider sets the provider of the counter's own metrics (otelanalytics.uniques.…). The default is
// OpenTelemetry's global provider.
func WithMeterProvider(p metric.MeterProvider) Option {
	return option(func(c *choices) { c.provider = p })
}
