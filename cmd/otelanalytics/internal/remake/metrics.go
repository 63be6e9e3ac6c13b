// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// metricsPath is the page about the SDK's own metrics, of which the tables are made.
const metricsPath = "docs/metrics.md"

// tables are made of the table of own metrics, and stand between two comments that name them.
var tables = map[string]func([]*ownmetrics.Metric) string{
	"metrics": metricsTable,
	"values":  valuesTable,
}

// metricsPage replaces the tables of the page, and keeps the rest.
func metricsPage(page []byte) ([]byte, error) {
	for name, table := range tables {
		begin := []byte("<!-- " + name + ": made by make generate -->\n")
		end := []byte("<!-- end of " + name + " -->\n")
		before, rest, ok := bytes.Cut(page, begin)
		_, after, closed := bytes.Cut(rest, end)
		if !ok || !closed {
			return nil, fmt.Errorf("%s: there is no %s and %s after it", metricsPath, bytes.TrimSpace(begin), bytes.TrimSpace(end))
		}
		page = bytes.Join([][]byte{before, begin, []byte(table(ownmetrics.All())), end, after}, nil)
	}
	return page, nil
}

// metricsTable has a row for each metric.
func metricsTable(all []*ownmetrics.Metric) string {
	var b strings.Builder
	b.WriteString("\n| OpenTelemetry name | on /metrics | attributes | counts |\n|---|---|---|---|\n")
	for _, m := range all {
		labels := make([]string, len(m.Labels))
		for i, l := range m.Labels {
			labels[i] = "`" + l.Name + "`"
		}
		help := strings.ToLower(m.Help[:1]) + strings.TrimSuffix(m.Help[1:], ".")
		if m.Note != "" {
			help += "; " + m.Note
		}
		fmt.Fprintf(&b, "| `%s` | `%s` | %s | %s |\n", m.Name, m.PrometheusName(), strings.Join(labels, ", "), help)
	}
	return b.String() + "\n"
}

// valuesTable says what the values of labels mean, where the table lists them.
func valuesTable(all []*ownmetrics.Metric) string {
	var b strings.Builder
	b.WriteString("\n| metric | label | value | means |\n|---|---|---|---|\n")
	for _, m := range all {
		name := "`" + strings.TrimPrefix(m.Name, "otelanalytics.") + "`"
		for _, l := range m.Labels {
			label := "`" + l.Name + "`"
			for _, v := range l.Values {
				fmt.Fprintf(&b, "| %s | %s | `%s` | %s |\n", name, label, strings.Join(v.Names, "`, `"), v.Means)
				name, label = "", ""
			}
		}
	}
	return b.String() + "\n"
}
