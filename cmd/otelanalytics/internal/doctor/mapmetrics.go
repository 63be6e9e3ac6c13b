// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	dto "github.com/prometheus/client_model/go"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// other stands for values that the map does not list.
const other = "other"

func checkMapMetrics(_ context.Context, d *deployment) finding {
	if d.delivers() {
		return skipped("this is the page of otelanalytics deliver; services have the metrics of the map")
	}
	constant := constants(d.first)
	var wrong, absent []string
	there := 0
	for _, m := range d.events.Metrics() {
		if !m.Enabled {
			continue
		}
		name := d.name(m.PrometheusName())
		family := d.first.families[name]
		switch {
		case len(family.GetMetric()) > 0:
			there++
			wrong = append(wrong, compare(m, name, family, constant)...)
		case m.StartsAtZero():
			wrong = append(wrong, name+" is not there, though it starts at 0")
		default:
			absent = append(absent, name)
		}
	}
	note := ""
	if len(absent) > 0 {
		note = fmt.Sprintf("; nothing recorded yet: %s", strings.Join(absent, ", "))
	}
	if there+len(wrong)+len(absent) == 0 {
		return skipped("the map declares no metrics, or has none enabled")
	}
	if len(wrong) == 0 {
		return ok("%d of the metrics of the map exist%s", there, note)
	}
	return failed("the service runs with another map than this one (map_version %s)", d.events.Hash()).list(wrong).
		advise("deploy this map and restart the service; or give the map that it runs with: --map").
		advise("otelanalytics diff DEPLOYED.yaml THIS.yaml lists the effects of the change")
}

// compare says what of a metric on the page is not as the map has it.
func compare(m *eventmap.Metric, name string, family *dto.MetricFamily, constant map[string]bool) (wrong []string) {
	if got, want := lower(family.GetType()), m.Instrument.PrometheusType(); got != want {
		return []string{fmt.Sprintf("%s is a %s; the map makes a %s of it", name, got, want)}
	}
	values := make(map[string]map[string]bool, len(m.Attributes))
	for i := range m.Attributes {
		values[m.Attributes[i].PrometheusLabel()] = make(map[string]bool)
	}
	bad := make(map[string]bool)
	for _, series := range family.GetMetric() {
		all := labels(series)
		if all["otel_metric_overflow"] != "" {
			continue // it has none of the labels
		}
		for label, value := range all {
			if seen, declared := values[label]; declared {
				seen[value] = true
			} else if !constant[label] && !strings.HasPrefix(label, "otel_scope_") {
				bad[fmt.Sprintf("%s has the label %s, which the map does not declare", name, label)] = true
			}
		}
		for label := range values {
			if _, has := all[label]; !has {
				bad[fmt.Sprintf("%s has no label %s", name, label)] = true
			}
		}
	}
	if len(bad) > 0 {
		return slices.Sorted(maps.Keys(bad))
	}
	for i := range m.Attributes {
		wrong = append(wrong, compareValues(m, &m.Attributes[i], name, values[m.Attributes[i].PrometheusLabel()])...)
	}
	return wrong
}

// compareValues compares the values that the map lists.
func compareValues(m *eventmap.Metric, a *eventmap.Attribute, name string, seen map[string]bool) (wrong []string) {
	if a.Limit > 0 {
		return nil
	}
	for _, v := range a.Values {
		if !seen[v] && m.StartsAtZero() {
			wrong = append(wrong, fmt.Sprintf("%s has no series with %s=%q, which the map lists", name, a.PrometheusLabel(), v))
		}
		delete(seen, v)
	}
	delete(seen, a.Default)
	delete(seen, other)
	for _, v := range slices.Sorted(maps.Keys(seen)) {
		wrong = append(wrong, fmt.Sprintf("%s has %s=%q, which the map does not list", name, a.PrometheusLabel(), v))
	}
	return wrong
}

func lower(t dto.MetricType) string { return strings.ToLower(t.String()) }

// constants are the labels that every series of the SDK has, as those that come from the resource.
func constants(p *page) map[string]bool {
	var all map[string]bool
	for name, family := range p.families {
		if !strings.Contains(name, ownmetrics.PrometheusPrefix) {
			continue
		}
		for _, m := range family.GetMetric() {
			here := labels(m)
			if all == nil {
				all = make(map[string]bool)
				for label := range here {
					all[label] = true
				}
			}
			maps.DeleteFunc(all, func(label string, _ bool) bool { _, has := here[label]; return !has })
		}
	}
	return all
}
