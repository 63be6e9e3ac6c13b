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

// ErrNoKey: the event map declares distinct users, and the configuration has no key to count them with.
var ErrNoKey = errors.New("mongouniques: the event map has metrics with instrument: unique, and there is no key; set uniques_key or uniques_key_collection (OTELANALYTICS_UNIQUES_KEY, OTELANALYTICS_UNIQUES_KEY_COLLECTION)")

// Counting is the counter of a service. It is safe for concurrent use.
type Counting struct {
	metrics []uniques.Metric
	counter atomic.Pointer[uniques.Counter] // nil before mongostore.Open
}

// Setup sets c.Around, so that the store of [mongostore.Open] counts what m declares (instrument: unique): in sketches beside the
// events, with the key of cfg. UniquesKey comes before UniquesKeyCollection, of which the first service makes the key. The
// logger is c's.
//
// If m declares nothing to count, or has it disabled, Setup leaves c as it is and needs no key.
//
// Errors: ErrNoKey, and that c.Around is taken. What else is wrong with cfg, Open reports.
func Setup(c *mongostore.Config, m *eventmap.Map, cfg config.Config, options ...Option) (*Counting, error) {
	counting := &Counting{metrics: uniques.FromMap(m)}
	switch {
	case len(counting.metrics) == 0:
		return counting, nil
	case c.Around != nil:
		return nil, errors.New("mongouniques: Config.Around is set already; put a uniques.Counter around the sink yourself, and yours around that")
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

// Counter returns the counter: nil before mongostore.Open, and when there is nothing to count.
func (c *Counting) Counter() *uniques.Counter { return c.counter.Load() }

// Sources returns what observers read the numbers by: one source of that name, or none when there is nothing to count. A
// reading before mongostore.Open fails.
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

// Option is a setting of [Setup].
type Option interface{ apply(*choices) }

type choices struct{ provider metric.MeterProvider }

type option func(*choices)

func (o option) apply(c *choices) { o(c) }

// WithMeterProvider sets what receives the counter's own metrics (otelanalytics.uniques.…): by default OpenTelemetry's global
// provider.
func WithMeterProvider(p metric.MeterProvider) Option {
	return option(func(c *choices) { c.provider = p })
}
