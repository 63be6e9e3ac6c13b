// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"net/url"
	"strings"

	"go.yaml.in/yaml/v3"
)

// deltaWarning is logged where delta temporality meets Prometheus' own OTLP receiver. By default the receiver rejects a
// whole request that has a delta sum, and the exporters do not retry it. A feature of Prometheus makes it accept
// deltas, so that this is a warning and not an error.
const deltaWarning = "delta temporality is sent to Prometheus' own OTLP receiver, which answers 500 and rejects the whole request, " +
	"unless it was started with a feature for it; write cumulative"

// receiverPath is where Prometheus takes OTLP (Prometheus HTTP API, OTLP receiver).
const receiverPath = "/api/v1/otlp"

// isDelta reports whether a temporality preference of a variable or a file makes deltas of counters.
func isDelta(preference string) bool {
	return preference == "delta" || preference == "lowmemory" || preference == "low_memory"
}

func isPrometheus(endpoint string) bool {
	u, err := url.Parse(endpoint)
	return err == nil && strings.Contains(u.Path, receiverPath)
}

// deltaToPrometheus reports whether the variables send deltas to Prometheus.
func (e *environ) deltaToPrometheus(metrics signal) bool {
	endpoint := e.line(otlpPrefix + "METRICS_ENDPOINT")
	if endpoint == "" {
		endpoint = e.line(otlpPrefix + "ENDPOINT")
	}
	return metrics.has(exporterOTLP) && metrics.protocol == protocolHTTP &&
		isDelta(e.get(otlpPrefix+"METRICS_TEMPORALITY_PREFERENCE")) && isPrometheus(endpoint)
}

// deltaToPrometheusIn reports whether a declarative configuration does.
func deltaToPrometheusIn(document *yaml.Node) (found bool) {
	walk(document, func(key string, exporter *yaml.Node) {
		if key != "otlp_http" {
			return
		}
		var endpoint, preference string
		walk(exporter, func(key string, n *yaml.Node) {
			switch key {
			case "endpoint":
				endpoint = n.Value
			case "temporality_preference":
				preference = n.Value
			}
		})
		found = found || isDelta(preference) && isPrometheus(endpoint)
	})
	return found
}
