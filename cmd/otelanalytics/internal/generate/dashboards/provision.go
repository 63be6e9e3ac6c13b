// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"encoding/json"
	"fmt"
	"strings"
)

// madeBy is the first line of every YAML file that the command writes.
const madeBy = "# Made by otelanalytics generate dashboards; do not edit."

// traceID is what Grafana puts the trace's id for in a link of an exemplar.
const traceID = "${__value.raw}"

// traceLabel is the label of exemplars that has the trace's id (OpenTelemetry's Prometheus and OpenMetrics compatibility).
const traceLabel = "trace_id"

// providerFile tells Grafana where the dashboards are.
func (o *options) providerFile() []byte {
	return fmt.Appendf(nil, `%s
apiVersion: 1
providers:
  - name: %s
    folder: %s
    type: file
    allowUiUpdates: false
    updateIntervalSeconds: 30
    options:
      path: %s
`, madeBy, quoted(o.uidPrefix), quoted(o.folder), quoted(o.dashboardsPath))
}

// datasourceFile tells Grafana where Prometheus is, and where the traces of exemplars are.
func (o *options) datasourceFile() []byte {
	text := fmt.Appendf(nil, `%s
apiVersion: 1
datasources:
  - name: %s
    uid: %s
    type: prometheus
    access: proxy
    url: %s
    isDefault: true
    jsonData:
      httpMethod: POST
      prometheusType: Prometheus
      timeInterval: %s
`, madeBy, quoted(o.datasource), quoted(o.uidPrefix+"-prometheus"), quoted(o.datasourceURL), quoted(o.scrapeInterval))
	if o.traceSource == "" && o.traceURL == "" {
		return text
	}
	text = append(text, "      exemplarTraceIdDestinations:\n"...)
	if o.traceSource != "" {
		text = fmt.Appendf(text, "        - name: %s\n          datasourceUid: %s\n", traceLabel, quoted(o.traceSource))
	}
	if o.traceURL != "" {
		text = fmt.Appendf(text, "        - name: %s\n          url: %s\n          urlDisplayLabel: Trace\n", traceLabel, quoted(o.traceURL))
	}
	return text
}

// quoted is text as a YAML scalar, in which Grafana finds no variable of the environment.
func quoted(text string) string {
	text = strings.ReplaceAll(text, "$", "$$")
	scalar, err := json.Marshal(text) // JSON's strings are YAML's
	if err != nil {
		return `""` // a string always has JSON
	}
	return string(plain(scalar))
}
