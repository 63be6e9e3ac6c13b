// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"fmt"
	"strings"

	dto "github.com/prometheus/client_model/go"

	"github.com/otelanalytics/otelanalytics-go/internal/diagnosis"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// checkMapValues looks for events that are stored and are not in the numbers: since the start, for they show a mistake in
// the service or in the map, which does not go away.
func checkMapValues(_ context.Context, d *deployment) finding {
	var lines []string
	for _, m := range []*ownmetrics.Metric{ownmetrics.FieldsMistyped, ownmetrics.EventsViolations, ownmetrics.ValuesRefused} {
		name := d.own(m)
		for _, series := range d.last.families[name].GetMetric() {
			if n := value(series); n > 0 {
				lines = append(lines, fmt.Sprintf("%s{%s}: %.0f", name, ownLabels(m, series), n))
			}
		}
	}
	return judged(diagnosis.MapValues(lines))
}

// ownLabels are the labels that a metric declares, without those of the resource and the scope.
func ownLabels(m *ownmetrics.Metric, series *dto.Metric) string {
	var all []string
	for _, pair := range series.GetLabel() {
		if _, declared := m.Label(pair.GetName()); declared {
			all = append(all, fmt.Sprintf("%s=%q", pair.GetName(), pair.GetValue()))
		}
	}
	return strings.Join(all, ",")
}
