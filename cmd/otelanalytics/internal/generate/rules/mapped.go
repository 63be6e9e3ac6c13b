// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"slices"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// mapped are rules about the metrics of the map: rates of counters, averages and 95th percentiles of histograms, over all
// instances. Gauges and up-down counters need none: they are asked as they are.
func (k *maker) mapped(m *eventmap.Map) []rule {
	var all []rule
	for _, metric := range m.Metrics() {
		if !metric.Enabled {
			continue
		}
		labels := make([]string, len(metric.Attributes))
		var sample []string
		for i := range metric.Attributes {
			labels[i] = k.scraped(metric.Attributes[i].PrometheusLabel())
			sample = append(sample, labels[i], "x")
		}
		name := k.name(metric.PrometheusName())
		switch i := metric.Instrument; {
		case i.IsMonotonic():
			all = append(all, k.counter(name, labels, sample))
		case i.IsExponential():
			all = append(all, k.native(name, labels, sample)...)
		case i.IsDistribution():
			all = append(all, k.average(name, labels, sample), k.percentile(name, labels, sample))
		}
	}
	return all
}

// scraped is what a label is called after a scrape: those of the target have precedence, unless honor_labels says otherwise.
func (k *maker) scraped(label string) string {
	if label == "instance" || slices.Contains(k.base, label) {
		return "exported_" + label
	}
	return label
}

func (k *maker) counter(name string, labels, sample []string) rule {
	record := k.recorded(name, "rate"+rateWindow, labels...)
	return rule{
		record: record,
		expr:   k.sum(fmt.Sprintf("rate(%s[%s])", k.of(name), rateWindow), labels...),
		tests: []test{{
			name: "sums over instances",
			inputs: []input{
				{k.series(name, append([]string{"instance", "a"}, sample...)...), "0+60x10"},
				{k.series(name, append([]string{"instance", "b"}, sample...)...), "1000 0+120x9"},
			},
			asks: []asked{{record, "10m", []sampled{{k.series(record, sample...), 3}}}},
		}},
	}
}

func (k *maker) average(name string, labels, sample []string) rule {
	record := k.recorded(name, "mean_rate"+rateWindow, labels...)
	rate := func(suffix string) string {
		return k.sum(fmt.Sprintf("rate(%s[%s])", k.of(name+suffix), rateWindow), labels...)
	}
	of := func(suffix, instance string) string {
		return k.series(name+suffix, append([]string{"instance", instance}, sample...)...)
	}
	return rule{
		record: record,
		expr:   fmt.Sprintf("%s\n/\n(%s > 0)", rate("_sum"), rate("_count")),
		tests: []test{{
			name: "weighs instances by what they observed",
			inputs: []input{
				{of("_sum", "a"), "0+60x10"},
				{of("_count", "a"), "0+60x10"},
				{of("_sum", "b"), "0+540x10"},
				{of("_count", "b"), "0+180x10"},
			},
			asks: []asked{{record, "10m", []sampled{{k.series(record, sample...), 2.5}}}},
		}, {
			name:   "is not there when nothing is observed",
			inputs: []input{{of("_sum", "a"), "60x10"}, {of("_count", "a"), "60x10"}},
			asks:   []asked{{record, "10m", nil}},
		}},
	}
}

func (k *maker) percentile(name string, labels, sample []string) rule {
	record := k.recorded(name, "p95_rate"+rateWindow, labels...)
	rate := k.sum(fmt.Sprintf("rate(%s[%s])", k.of(name+"_bucket"), rateWindow), append([]string{"le"}, labels...)...)
	of := func(instance, le string) string {
		return k.series(name+"_bucket", append([]string{"instance", instance, "le", le}, sample...)...)
	}
	return rule{
		record: record,
		expr:   "histogram_quantile(0.95, " + rate + ")",
		tests: []test{{
			name: "is over all instances",
			inputs: []input{
				{of("a", "20"), "0+0x10"},
				{of("a", "40"), "0+60x10"},
				{of("a", "+Inf"), "0+60x10"},
				{of("b", "20"), "0+60x10"},
				{of("b", "40"), "0+60x10"},
				{of("b", "+Inf"), "0+60x10"},
			},
			asks: []asked{{record, "10m", []sampled{{k.series(record, sample...), 38}}}}, // 20 + (0.95 × 2 − 1) × 20
		}},
	}
}

// native are the rules about an exponential histogram, which Prometheus has as a native one.
func (k *maker) native(name string, labels, sample []string) []rule {
	rate := k.sum(fmt.Sprintf("rate(%s[%s])", k.of(name), rateWindow), labels...)
	average, percentile := k.recorded(name, "mean_rate"+rateWindow, labels...), k.recorded(name, "p95_rate"+rateWindow, labels...)
	const one = "{{schema:0 sum:9 count:6 buckets:[0 6]}}" // six between 1 and 2
	inputs := []input{{k.series(name, append([]string{"instance", "a"}, sample...)...), one + "+" + one + "x10"}}
	return []rule{{
		record: average,
		expr:   "histogram_avg(" + rate + ")",
		native: true,
		tests: []test{{
			name: "is the average", inputs: inputs,
			asks: []asked{{"round(" + average + ", 0.01)", "10m", []sampled{{k.series("", sample...), 1.5}}}},
		}},
	}, {
		record: percentile,
		expr:   "histogram_quantile(0.95, " + rate + ")",
		native: true,
		tests: []test{{
			name: "is within the bucket", inputs: inputs,
			asks: []asked{{"round(" + percentile + ", 0.01)", "10m", []sampled{{k.series("", sample...), 1.93}}}},
		}},
	}}
}
