// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"

	"go.opentelemetry.io/otel/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/observers"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
	"github.com/otelanalytics/otelanalytics-go/uniques"
)

// activeUsers counts the users of the last 24 hours, 7 days and 30 days in
// sketches, of the events that MongoDB has stored. The map says by which
// metrics.
type activeUsers struct{ counter *uniques.Counter }

// around puts the counter around the sink of a store.
func (u *activeUsers) around(m *eventmap.Map, key config.Secret, provider metric.MeterProvider, c *mongostore.Config) {
	logger := c.Logger
	c.Around = func(sink *mongostore.Sink) (_ eventstore.Sink, err error) {
		reader := sink.Reader()
		u.counter, err = uniques.New(uniques.Config{
			Metrics: uniques.FromMap(m), Key: []byte(key), Records: reader.Records(), Documents: reader, MeterProvider: provider, Logger: logger,
		})
		if err != nil {
			return nil, err
		}
		return u.counter.Around(sink), nil
	}
}

// source reads the numbers into the gauges.
func (u *activeUsers) source() observers.Source {
	return observers.Source{
		Name: "active_users", Metrics: u.counter.Metrics(),
		Read: func(ctx context.Context, set observers.SetFunc) error { return u.counter.Read(ctx, set) },
	}
}
