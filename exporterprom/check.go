// SPDX-License-Identifier: Apache-2.0

package exporterprom

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/prometheus/otlptranslator"
	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// Check returns every reason why the page would lack a metric of the map or of the SDK. There are two:
//
//   - A label of [WithResourceLabels] has the name of an attribute of the metric.
//   - A gatherer of [WithGatherer] has a metric with the same name.
//
// r is the resource of the meter provider. telemetry.Setup calls Check. The attributes of other instruments are not
// known beforehand: each scrape logs their collisions.
func (e *Exporter) Check(m *eventmap.Map, r *resource.Resource) error {
	labels := otlptranslator.LabelNamer{UTF8Allowed: !e.config.translation.ShouldEscape()}
	taken := make(map[string]string) // attributes of the resource by their labels
	if e.config.resourceLabels != nil {
		for _, kv := range r.Attributes() {
			if label, err := labels.Build(string(kv.Key)); err == nil && e.config.resourceLabels(kv) {
				taken[label] = string(kv.Key)
			}
		}
	}
	names := otlptranslator.NewMetricNamer(e.config.namespace, e.config.translation)
	var errs []error
	check := func(metric *eventmap.Metric, attributes []string, whose string) {
		for _, a := range attributes {
			label, err := labels.Build(a)
			if key, ok := taken[label]; err == nil && ok {
				errs = append(errs, fmt.Errorf("the attribute %s of %s %s and the resource's %s are one label, %s; "+
					"remove %[4]s from the resource's labels: target_info has it", a, whose, metric.Name, key, label))
			}
		}
		name, err := names.Build(otlptranslator.Metric{Name: metric.Name, Unit: metric.Unit, Type: translated(metric.Instrument)})
		if err == nil && slices.Contains(e.given, name) {
			errs = append(errs, fmt.Errorf("%s %s is %s on the page, and a gatherer has a metric of that name; rename one of the two, or set a namespace",
				whose, metric.Name, name))
		}
	}
	for _, metric := range m.Metrics() {
		if !metric.Enabled {
			continue
		}
		var attributes []string
		for _, a := range metric.Attributes {
			attributes = append(attributes, a.Name)
		}
		check(metric, attributes, "the metric")
	}
	for _, own := range ownmetrics.All() {
		var attributes []string
		for _, l := range own.Labels {
			attributes = append(attributes, l.Name)
		}
		check(&eventmap.Metric{Name: own.Name, Unit: own.Unit, Instrument: own.Instrument}, attributes, "the SDK's metric")
	}
	if len(errs) == 0 {
		return nil
	}
	return fmt.Errorf("exporterprom: metrics would be missing on the page:\n%w", errors.Join(errs...))
}

// translated returns the type that decides about the suffixes of a name.
func translated(i eventmap.Instrument) otlptranslator.MetricType {
	switch {
	case i.IsMonotonic():
		return otlptranslator.MetricTypeMonotonicCounter
	case i.IsDistribution():
		return otlptranslator.MetricTypeHistogram
	case i == eventmap.UpDownCounter:
		return otlptranslator.MetricTypeNonMonotonicCounter
	default:
		return otlptranslator.MetricTypeGauge
	}
}

// twice returns names that are in both lists, at most ten, for a message.
func twice(a, b []string) string {
	var both []string
	for _, name := range a {
		if slices.Contains(b, name) {
			both = append(both, name)
		}
	}
	if len(both) > 10 {
		both = append(both[:10], fmt.Sprintf("and %d more", len(both)-10))
	}
	return strings.Join(both, ", ")
}
