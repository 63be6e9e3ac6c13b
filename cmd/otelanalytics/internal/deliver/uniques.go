// SPDX-License-Identifier: Apache-2.0

package deliver

import (
	"context"
	"fmt"
	"log/slog"

	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/instruments"
	"github.com/otelanalytics/otelanalytics-go/observers"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
	"github.com/otelanalytics/otelanalytics-go/uniques/mongouniques"
)

// usersSource is the name of the source of distinct users, as the documentation has it for services.
const usersSource = "active_users"

// serveUniques exports the numbers of distinct users that a map declares, and nothing else of the map. The services have no connection to MongoDB
// to read them. stop ends it.
func serveUniques(m *eventmap.Map, users *mongouniques.Counting, c config.Config, provider *sdkmetric.MeterProvider, log *slog.Logger) (stop func(context.Context) error, err error) {
	var sources []observers.Source
	if m != nil {
		sources = users.Sources(usersSource)
	}
	if len(sources) == 0 {
		return func(context.Context) error { return nil }, nil
	}
	set, err := instruments.New(m, gaugeMeter{real: provider.Meter(scope)})
	if err != nil {
		return nil, fmt.Errorf("the metrics of distinct users: %w", err)
	}
	o, err := observers.Start(gauges{set}, observers.WithSources(sources...), observers.WithInterval(c.ObserversInterval),
		observers.WithSchedule(c.ObserverSchedule), observers.WithMeterProvider(provider), observers.WithLogger(log))
	if err != nil {
		return nil, err
	}
	return o.Shutdown, nil
}

// gauges are those of a map.
type gauges struct{ set *instruments.Set }

func (g gauges) ObserveGauge(name string) (*instruments.Gauge, error) {
	return g.set.ObserveGauge(name, func() bool { return true })
}

// gaugeMeter makes gauges that are observed. All other instruments lead nowhere: metrics of events are the services'.
type gaugeMeter struct {
	noop.Meter
	real metric.Meter
}

func (g gaugeMeter) Int64ObservableGauge(name string, options ...metric.Int64ObservableGaugeOption) (metric.Int64ObservableGauge, error) {
	return g.real.Int64ObservableGauge(name, options...)
}

func (g gaugeMeter) Float64ObservableGauge(name string, options ...metric.Float64ObservableGaugeOption) (metric.Float64ObservableGauge, error) {
	return g.real.Float64ObservableGauge(name, options...)
}

func (g gaugeMeter) RegisterCallback(f metric.Callback, all ...metric.Observable) (metric.Registration, error) {
	for _, i := range all {
		switch i.(type) {
		case metric.Int64ObservableGauge, metric.Float64ObservableGauge:
			return g.real.RegisterCallback(f, all...)
		}
	}
	return g.Meter.RegisterCallback(f, all...)
}
