// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"net"
	"strings"

	"github.com/prometheus/exporter-toolkit/web"

	"github.com/otelanalytics/otelanalytics-go/exporterprom"
)

// Where the standalone server listens when one of its two variables is set and the other is not (OpenTelemetry SDK
// environment variables, Prometheus exporter).
const (
	defaultPrometheusHost = "localhost"
	defaultPrometheusPort = "9464"
)

// prometheusPrefix begins the variables for the look of the page. The specification has none.
const prometheusPrefix = "OTELANALYTICS_PROMETHEUS_"

// prometheusVariables holds the Prometheus exporter's settings from the environment.
type prometheusVariables struct {
	address   string // of the standalone server; empty: the program's choice
	webConfig string // file of Prometheus' exporter-toolkit; empty: plain HTTP
	options   []exporterprom.Option
}

// prometheus reads them.
func (e *environ) prometheus() prometheusVariables {
	var v prometheusVariables
	const hostName, portName = "OTEL_EXPORTER_PROMETHEUS_HOST", "OTEL_EXPORTER_PROMETHEUS_PORT"
	host, port := e.line(hostName), e.line(portName)
	e.number(portName, 0, 0, 65535, "")
	if host != "" || port != "" {
		if host == "" {
			host = defaultPrometheusHost
		}
		if port == "" {
			port = defaultPrometheusPort
		}
		v.address = net.JoinHostPort(strings.Trim(host, "[]"), port)
	}
	if v.webConfig = e.line(prometheusPrefix + "WEB_CONFIG"); v.webConfig != "" {
		if err := web.Validate(v.webConfig); err != nil {
			e.mistake(prometheusPrefix+"WEB_CONFIG", v.webConfig, "is no web configuration of Prometheus' exporter-toolkit: "+reason(err))
		} else if problem := rateLimitProblem(v.webConfig); problem != "" {
			e.mistake(prometheusPrefix+"WEB_CONFIG", v.webConfig, problem)
		}
	}
	if namespace := e.line(prometheusPrefix + "NAMESPACE"); namespace != "" {
		if !isMetricName(namespace) {
			e.mistake(prometheusPrefix+"NAMESPACE", namespace, "must be letters, digits and underscores, and not begin with a digit")
		}
		v.options = append(v.options, exporterprom.WithNamespace(namespace))
	}
	if labels := e.line(prometheusPrefix + "RESOURCE_LABELS"); labels != "" {
		keys := strings.Split(labels, ",")
		for i := range keys {
			if keys[i] = strings.TrimSpace(keys[i]); keys[i] == "" {
				e.mistake(prometheusPrefix+"RESOURCE_LABELS", labels, "has an empty item; right would be service.name,service.version")
			}
		}
		v.options = append(v.options, exporterprom.WithResourceLabels(keys...))
	}
	if !e.boolean(prometheusPrefix+"TARGET_INFO", true) {
		v.options = append(v.options, exporterprom.WithoutTargetInfo())
	}
	if e.boolean(prometheusPrefix+"SCOPE_INFO", false) {
		v.options = append(v.options, exporterprom.WithScopeInfo())
	}
	if e.boolean(prometheusPrefix+"NATIVE_HISTOGRAMS", false) {
		v.options = append(v.options, exporterprom.WithNativeHistograms())
	}
	if e.boolean(prometheusPrefix+"CREATED_LINES", false) {
		v.options = append(v.options, exporterprom.WithCreatedLines())
	}
	return v
}

// isMetricName reports whether s may begin the name of a metric, in the characters that every Prometheus accepts.
func isMetricName(s string) bool {
	for i, c := range s {
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}
