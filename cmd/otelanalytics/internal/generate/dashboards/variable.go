// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"regexp"
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promql"
)

// The variables that every dashboard has.
const (
	datasourceVariable = "datasource"
	jobVariable        = "job"
	instanceVariable   = "instance"
)

// targets are the selectors of what Prometheus scrapes.
func targets() []string {
	return []string{promql.Match("job", "$"+jobVariable), promql.Match("instance", "$"+instanceVariable)}
}

// variableName returns the name of the variable for a label.
func variableName(label string) string {
	if slices.Contains([]string{datasourceVariable, jobVariable, instanceVariable}, label) {
		return label + "_"
	}
	return label
}

// variables returns one for each label of metrics.
func variables(metrics []*metric) []variable {
	var all []variable
	for _, m := range metrics {
		name := m.series.Name()
		if m.Instrument.IsDistribution() && !m.series.Native() {
			name += "_count"
		}
		for _, a := range m.attributes {
			i := slices.IndexFunc(all, func(v variable) bool { return v.label == a.label })
			if i < 0 {
				i = len(all)
				all = append(all, variable{name: a.variable, label: a.label})
			}
			all[i].from = append(all[i].from, name)
		}
	}
	return all
}

// ask returns Grafana's query for the values of a label.
func (v variable) ask() string {
	selectors := append([]string{promql.Match("__name__", strings.Join(v.from, "|"))}, targets()...)
	return "label_values({" + strings.Join(selectors, ", ") + "}, " + v.label + ")"
}

// either returns a regular expression for one of some values, in which Grafana finds no variable.
func either(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = strings.ReplaceAll(regexp.QuoteMeta(v), `\$`, "[$]")
	}
	return strings.Join(quoted, "|")
}
