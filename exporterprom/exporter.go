// SPDX-License-Identifier: Apache-2.0

package exporterprom

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	otelprom "go.opentelemetry.io/otel/exporters/prometheus"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
)

// Exporter is a metric reader whose data Prometheus scrapes. It is safe for concurrent use.
type Exporter struct {
	config  config
	reader  *otelprom.Exporter
	page    prometheus.Gatherer
	given   []string // names of the metrics that gatherers of the program had
	handler http.Handler
}

// New returns an exporter with a registry of its own. It starts nothing. It asks the gatherers of [WithGatherer] once, and
// returns an error where their metrics do not fit on one page.
func New(options ...Option) (*Exporter, error) {
	c := newConfig(options)
	registry := prometheus.NewRegistry()
	reader, err := otelprom.New(c.exporterOptions(registry)...)
	if err != nil {
		return nil, fmt.Errorf("exporterprom: %w", err)
	}
	if c.runtimeMetrics {
		registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	}
	e := &Exporter{config: c, reader: reader, page: registry}
	if len(c.gatherers) > 0 {
		if e.page, e.given, err = merged(registry, c.gatherers); err != nil {
			return nil, err
		}
	}
	o := promhttp.HandlerOpts{EnableOpenMetrics: true, ErrorHandling: promhttp.ContinueOnError, ErrorLog: c.errorLog()}
	if !slices.Contains(e.given, handlerErrors) {
		o.Registry = registry
	}
	e.handler = promhttp.HandlerFor(e.page, o)
	return e, nil
}

// handlerErrors is promhttp's own metric about a page. A gatherer may bring that of another page.
const handlerErrors = "promhttp_metric_handler_errors_total"

func (c config) exporterOptions(registry prometheus.Registerer) []otelprom.Option {
	options := []otelprom.Option{
		otelprom.WithRegisterer(registry),
		otelprom.WithTranslationStrategy(c.translation),
		otelprom.WithNamespace(c.namespace),
	}
	if c.resourceLabels != nil {
		options = append(options, otelprom.WithResourceAsConstantLabels(c.resourceLabels))
	}
	if c.native {
		options = append(options, otelprom.WithAggregationSelector(native))
	}
	if !c.scopeInfo {
		options = append(options, otelprom.WithoutScopeInfo())
	}
	if !c.targetInfo {
		options = append(options, otelprom.WithoutTargetInfo())
	}
	return options
}

// native has every histogram aggregated with exponential buckets, within the bounds that the specification recommends.
func native(kind sdkmetric.InstrumentKind) sdkmetric.Aggregation {
	if kind == sdkmetric.InstrumentKindHistogram {
		return sdkmetric.AggregationBase2ExponentialHistogram{MaxSize: 160, MaxScale: 20}
	}
	return sdkmetric.DefaultAggregationSelector(kind)
}

// Reader returns the reader to give to the meter provider, once:
//
//	sdkmetric.NewMeterProvider(sdkmetric.WithReader(e.Reader()))
func (e *Exporter) Reader() sdkmetric.Reader { return e.reader }

// Gatherer returns the page as data, for programs that pass it on or test it.
func (e *Exporter) Gatherer() prometheus.Gatherer { return e.page }

// Handler returns the handler of the metrics page. A metric that cannot be gathered is left out and
// logged, and counted in promhttp_metric_handler_errors_total; the others are served.
func (e *Exporter) Handler() http.Handler { return e.handler }
