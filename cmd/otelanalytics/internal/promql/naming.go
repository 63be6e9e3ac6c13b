// SPDX-License-Identifier: Apache-2.0

package promql

import (
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// Naming says what Prometheus has of the metrics, as far as that depends on the exporter's configuration.
type Naming struct {
	Namespace string // stands before every name, followed by "_"; empty for none
	Native    bool   // every histogram is a native one, not the exponential ones alone
}

// Name returns what Prometheus calls a metric whose name is another without a namespace.
func (n Naming) Name(name string) string {
	if n.Namespace == "" {
		return name
	}
	return n.Namespace + "_" + name
}

// Of returns the series of a metric of the map.
func (n Naming) Of(m *eventmap.Metric) Series {
	return n.Series(m.PrometheusName(), m.Instrument)
}

// Own returns the series of one of the SDK's own metrics.
func (n Naming) Own(m *ownmetrics.Metric) Series { return n.Series(m.PrometheusName(), m.Instrument) }

// Series returns the series that have a name, without a namespace: a histogram's is that of the family, without _bucket,
// _sum and _count.
func (n Naming) Series(name string, instrument eventmap.Instrument) Series {
	native := instrument.IsExponential() || n.Native && instrument.IsDistribution()
	return Series{name: n.Name(name), native: native}
}

// Equal returns the selector of series whose label has a value.
func Equal(label, value string) string { return label + "=" + strconv.Quote(value) }

// Match returns the selector of series whose label matches an anchored regular expression.
func Match(label, expression string) string { return label + "=~" + strconv.Quote(expression) }

// by is the clause that splits by labels, with a blank on either side; nothing without labels.
func by(labels []string) string {
	if len(labels) == 0 {
		return ""
	}
	return " by (" + strings.Join(labels, ", ") + ") "
}
