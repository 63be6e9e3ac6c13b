// SPDX-License-Identifier: Apache-2.0

package eventmap_test

import (
	"slices"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

func TestPrometheus(t *testing.T) {
	m, err := eventmap.Parse([]byte(`
version: 1
metrics:
  plain: {instrument: counter, unit: "{thing}"}
  http.size: {instrument: counter, unit: By, attributes: {http.method: {values: [a, b]}, kind: {values: [x, unknown]}}}
  limited: {instrument: up_down_counter, attributes: {screen: {limit: 10}}}
  bounded: {instrument: gauge, unit: s, max_series: 20, attributes: {a: {limit: 10}, b: {limit: 10}}}
  listed: {instrument: histogram, unit: s, buckets: [1, 2], attributes: {a: {values: [x]}}}
  standard: {instrument: histogram}
  wide: {instrument: exponential_histogram, attributes: {a: {values: [x]}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		metric       string
		name         string
		labels       []string
		combinations int
		series       int
	}{
		{"plain", "plain_total", nil, 1, 1},
		{"http.size", "http_size_bytes_total", []string{"http_method", "kind"}, 4 * 3, 4 * 3}, // unknown is listed
		{"limited", "limited", []string{"screen"}, 12, 12},
		{"bounded", "bounded_seconds", []string{"a", "b"}, 21, 21},
		{"listed", "listed_seconds", []string{"a"}, 3, 3 * 5},
		{"standard", "standard", nil, 1, 18},
		{"wide", "wide", []string{"a"}, 3, 9},
	} {
		metric, ok := m.Metric(test.metric)
		if !ok {
			t.Fatal(test.metric)
		}
		var labels []string
		for _, a := range metric.Attributes {
			labels = append(labels, a.PrometheusLabel())
		}
		if metric.PrometheusName() != test.name || !slices.Equal(labels, test.labels) ||
			metric.Combinations() != test.combinations || metric.PrometheusSeries() != test.series {
			t.Errorf("%s: %s %v, %d combinations, %d series; want %+v", test.metric, metric.PrometheusName(), labels,
				metric.Combinations(), metric.PrometheusSeries(), test)
		}
	}
}
