// SPDX-License-Identifier: Apache-2.0

package evaluation

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
)

// The instruments that a set is given: they aggregate as OpenTelemetry's metrics SDK does.
type (
	intCounter struct {
		noop.Int64Counter
		to *Metric
	}
	doubleCounter struct {
		noop.Float64Counter
		to *Metric
	}
	intUpDown struct {
		noop.Int64UpDownCounter
		to *Metric
	}
	doubleUpDown struct {
		noop.Float64UpDownCounter
		to *Metric
	}
	intGauge struct {
		noop.Int64Gauge
		to *Metric
	}
	doubleGauge struct {
		noop.Float64Gauge
		to *Metric
	}
	intHistogram struct {
		noop.Int64Histogram
		to *Metric
	}
	doubleHistogram struct {
		noop.Float64Histogram
		to *Metric
	}
)

func added(options []metric.AddOption) attribute.Set {
	return metric.NewAddConfig(options).Attributes()
}

func recorded(options []metric.RecordOption) attribute.Set {
	return metric.NewRecordConfig(options).Attributes()
}

func (i intCounter) Add(_ context.Context, v int64, options ...metric.AddOption) {
	i.to.at(added(options)).addInt(v)
}

func (i doubleCounter) Add(_ context.Context, v float64, options ...metric.AddOption) {
	i.to.at(added(options)).addDouble(v)
}

func (i intUpDown) Add(_ context.Context, v int64, options ...metric.AddOption) {
	i.to.at(added(options)).addInt(v)
}

func (i doubleUpDown) Add(_ context.Context, v float64, options ...metric.AddOption) {
	i.to.at(added(options)).addDouble(v)
}

func (i intGauge) Record(_ context.Context, v int64, options ...metric.RecordOption) {
	i.to.at(recorded(options)).Int = v
}

func (i doubleGauge) Record(_ context.Context, v float64, options ...metric.RecordOption) {
	i.to.at(recorded(options)).Double = v
}

func (i intHistogram) Record(_ context.Context, v int64, options ...metric.RecordOption) {
	s := i.to.at(recorded(options))
	s.observe(float64(v))
	s.addInt(v)
}

func (i doubleHistogram) Record(_ context.Context, v float64, options ...metric.RecordOption) {
	s := i.to.at(recorded(options))
	s.observe(v)
	s.addDouble(v)
}
