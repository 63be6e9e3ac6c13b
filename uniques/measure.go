// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"context"
	"errors"
	"log/slog"

	"go.opentelemetry.io/otel/attribute"
	metricapi "go.opentelemetry.io/otel/metric"

	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// scope is the instrumentation scope of the SDK's own metrics.
const scope = "github.com/otelanalytics/otelanalytics-go"

// measure registers the counter's own metrics. A counter without them works.
func (u *Counter) measure() {
	meter := u.config.MeterProvider.Meter(scope)
	var errs []error
	counter := func(m *ownmetrics.Metric) metricapi.Int64ObservableCounter {
		i, err := m.Counter(meter)
		errs = append(errs, err)
		return i
	}
	age, err := ownmetrics.UniquesReadingAge.Gauge(meter)
	errs = append(errs, err)
	failed, rebuilt := counter(ownmetrics.UniquesErrors), counter(ownmetrics.UniquesRebuilt)
	uncovered, damaged, dropped := counter(ownmetrics.UniquesUncovered), counter(ownmetrics.UniquesDamaged), counter(ownmetrics.UniquesDropped)
	var kinds [errorKinds]metricapi.MeasurementOption
	for kind, label := range errorLabels {
		kinds[kind] = metricapi.WithAttributeSet(attribute.NewSet(attribute.String("kind", label)))
	}
	var registration metricapi.Registration
	if err = errors.Join(errs...); err == nil {
		registration, err = meter.RegisterCallback(func(_ context.Context, to metricapi.Observer) error {
			s := &u.stats
			if d, ok := u.readingAge(); ok {
				to.ObserveFloat64(age, d.Seconds())
			}
			for kind := range kinds {
				to.ObserveInt64(failed, s.errors[kind].Load(), kinds[kind])
			}
			to.ObserveInt64(rebuilt, s.rebuilt.Load())
			to.ObserveInt64(uncovered, s.uncovered.Load())
			to.ObserveInt64(damaged, s.damaged.Load())
			to.ObserveInt64(dropped, s.shed.Load())
			return nil
		}, age, failed, rebuilt, uncovered, damaged, dropped)
	}
	registered := []metricapi.Registration{registration}
	for _, r := range u.mapped {
		if err == nil {
			registration, err = r.counting.Register(meter)
			registered = append(registered, registration)
		}
	}
	u.unmeasure = func() {
		for _, r := range registered {
			if r == nil {
				continue
			}
			if err := r.Unregister(); err != nil {
				u.log.Warn("sketches: their own metrics stay registered", slog.Any("error", err))
			}
		}
	}
	if err != nil {
		u.log.Error("sketches: their own metrics are missing", slog.Any("error", err))
	}
}
