// SPDX-License-Identifier: Apache-2.0

package exporterprom

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/exporterprom/internal/page"
)

// Exporter is a metric reader whose data Prometheus scrapes. It is safe for concurrent use.
//
// It keeps the series of the page from one scrape to the next, and changes their values. A series takes some 400 bytes,
// plus the labels that only this series has.
type Exporter struct {
	config  config
	page    *collection
	given   []string // names of the metrics that gatherers of the program had
	handler http.Handler
}

// New returns an exporter with a registry of its own. It starts no goroutine and no server. It gathers from each
// gatherer of [WithGatherer] once. It returns an error if a gathering fails, or if the metrics conflict with others on
// the page.
func New(options ...Option) (*Exporter, error) {
	c := newConfig(options)
	registry := prometheus.NewRegistry()
	if c.runtimeMetrics {
		registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	}
	e := &Exporter{config: c, page: &collection{config: c, others: registry}}
	if err := e.page.reset(); err != nil {
		return nil, fmt.Errorf("exporterprom: %w", err)
	}
	var readerOptions []sdkmetric.ManualReaderOption
	if c.native {
		readerOptions = append(readerOptions, sdkmetric.WithAggregationSelector(native))
	}
	e.page.reader = sdkmetric.NewManualReader(readerOptions...)
	if len(c.gatherers) > 0 {
		var err error
		if e.page.others, e.given, err = merged(registry, c.gatherers); err != nil {
			return nil, err
		}
	}
	o := promhttp.HandlerOpts{
		EnableOpenMetrics: true, EnableOpenMetricsTextCreatedSamples: c.createdLines,
		ErrorHandling: promhttp.ContinueOnError, ErrorLog: c.errorLog(),
	}
	if !slices.Contains(e.given, handlerErrors) {
		o.Registry = registry
	}
	e.handler = &handler{page: newPageWriter(e.page, o), running: map[string]*answer{}}
	return e, nil
}

// handlerErrors is promhttp's own metric about a page. A gatherer may have the metric of another page.
const handlerErrors = "promhttp_metric_handler_errors_total"

// page returns how the page of the instruments looks.
func (c config) page() page.Config {
	return page.Config{
		Namespace: c.namespace, Translation: c.translation,
		ScopeInfo: c.scopeInfo, TargetInfo: c.targetInfo, ResourceLabels: c.resourceLabels,
	}
}

// native selects exponential buckets for every histogram, within the bounds that the specification recommends.
func native(kind sdkmetric.InstrumentKind) sdkmetric.Aggregation {
	if kind == sdkmetric.InstrumentKindHistogram {
		return sdkmetric.AggregationBase2ExponentialHistogram{MaxSize: 160, MaxScale: 20}
	}
	return sdkmetric.DefaultAggregationSelector(kind)
}

// Reader returns the reader. Pass it to one meter provider, once:
//
//	sdkmetric.NewMeterProvider(sdkmetric.WithReader(e.Reader()))
func (e *Exporter) Reader() sdkmetric.Reader { return e.page.reader }

// Gatherer returns the page as metric families, for programs that forward it or test it. The caller owns the gathered
// families.
func (e *Exporter) Gatherer() prometheus.Gatherer { return copies{e.page} }

// Handler returns the handler of the metrics page. A metric that cannot be gathered is left out, logged, and counted in
// promhttp_metric_handler_errors_total. The other metrics are served.
//
// Requests that arrive during a gathering share it. An answer is written into memory and sent from there, so that a
// slow client delays nobody.
func (e *Exporter) Handler() http.Handler { return e.handler }
