// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"

	"github.com/prometheus/exporter-toolkit/web"

	"github.com/otelanalytics/otelanalytics-go/internal/metricsserver"
)

// serveFunc serves a listener until the server is shut down, and then returns http.ErrServerClosed.
type serveFunc = func(*http.Server, net.Listener) error

// serve starts the standalone server, when there is to be one.
func (t *SDK) serve(address string, serve serveFunc) error {
	if address == "" {
		return nil
	}
	server, err := metricsserver.Start(address, t.prometheus.Handler(), serve)
	if err != nil {
		return fmt.Errorf("telemetry: the metrics server of OTEL_EXPORTER_PROMETHEUS_HOST and _PORT, or WithMetricsServer: %w", err)
	}
	t.server = server
	t.parts = append(t.parts, part{name: "the metrics server", shutdown: server.Shutdown})
	return nil
}

// secured serves by a web configuration file: TLS and basic authentication. The file is read anew for each connection.
func secured(file string, logger *slog.Logger) serveFunc {
	return func(s *http.Server, l net.Listener) error {
		err := web.Serve(l, s, &web.FlagConfig{WebConfigFile: &file}, logger)
		if err != nil && !errors.Is(err, http.ErrServerClosed) {
			logger.Error("the metrics server has ended", "error", err)
		}
		return err
	}
}

// elsewhere answers in place of the page when no Prometheus exporter is configured.
func elsewhere(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "metrics are not scraped here: prometheus is not among the exporters of OTEL_METRICS_EXPORTER or OTEL_CONFIG_FILE", http.StatusNotFound)
}
