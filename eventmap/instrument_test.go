// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"slices"
	"testing"
)

func TestInstruments(t *testing.T) {
	type like struct {
		sum, monotonic, gauge, distribution, exponential, unique, negative, zero bool
		verb, prometheus                                                         string
		suffixes                                                                 int
	}
	want := map[Instrument]like{
		Counter:              {sum: true, monotonic: true, zero: true, verb: "adds", prometheus: "counter"},
		UpDownCounter:        {sum: true, negative: true, zero: true, verb: "adds", prometheus: "gauge"},
		Gauge:                {gauge: true, negative: true, verb: "sets", prometheus: "gauge"},
		Histogram:            {distribution: true, verb: "observes", prometheus: "histogram", suffixes: 3},
		ExponentialHistogram: {distribution: true, exponential: true, verb: "observes", prometheus: "histogram", suffixes: 3},
		Unique:               {gauge: true, unique: true, verb: "counts", prometheus: "gauge"},
		"summary":            {},
		"":                   {},
	}
	for i, w := range want {
		got := like{
			i.IsSum(), i.IsMonotonic(), i.IsGauge(), i.IsDistribution(), i.IsExponential(), i.IsUnique(), i.TakesNegative(), i.StartsAtZero(),
			i.Verb(), i.PrometheusType(), len(i.PrometheusSuffixes()),
		}
		if got != w {
			t.Errorf("%q: got %+v, want %+v", i, got, w)
		}
	}
	for _, i := range Instruments() {
		if _, ok := want[i]; !ok {
			t.Errorf("this test does not know %q", i)
		}
	}
}

// Each row says everything that has no useful zero value, and belongs to one aggregation.
func TestInstrumentRowsAreWhole(t *testing.T) {
	for _, k := range instrumentKinds {
		if k.name == "" || k.meaning == "" || k.verb == "" || k.number == "" || k.aggregation == noAggregation || k.prometheus == "" {
			t.Errorf("%+v lacks something", k)
		}
		if k.unique && k.aggregation != lastAggregation {
			t.Errorf("%s: unique of the wrong aggregation", k.name)
		}
		if k.monotonic && k.aggregation != sumAggregation || k.exponential && k.aggregation != distributionAggregation {
			t.Errorf("%s: monotonic or exponential of the wrong aggregation", k.name)
		}
	}
}

func TestSuffixesAreTheCallersOwn(t *testing.T) {
	Histogram.PrometheusSuffixes()[0] = "changed"
	if got := Histogram.PrometheusSuffixes(); !slices.Equal(got, []string{"_bucket", "_sum", "_count"}) {
		t.Errorf("%q", got)
	}
}

func TestMetricStartsAtZero(t *testing.T) {
	listed, limited := Attribute{Name: "a", Values: []string{"x"}}, Attribute{Name: "b", Limit: 5}
	for _, c := range []struct {
		metric Metric
		want   bool
	}{
		{Metric{Instrument: Counter}, true},
		{Metric{Instrument: UpDownCounter, Attributes: []Attribute{listed}}, true},
		{Metric{Instrument: Counter, Attributes: []Attribute{listed, limited}}, false},
		{Metric{Instrument: Gauge}, false},
		{Metric{Instrument: Histogram, Attributes: []Attribute{listed}}, false},
	} {
		if got := c.metric.StartsAtZero(); got != c.want {
			t.Errorf("%+v: %v", c.metric, got)
		}
	}
}
