// SPDX-License-Identifier: Apache-2.0

package servers

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/porttest"
)

// Collector is an OpenTelemetry Collector that receives metrics, logs and traces by OTLP over gRPC and HTTP, keeps them
// for the test to read, and prints them in full.
type Collector struct {
	t          testing.TB
	grpc, http string
	dir        string
	env, args  []string
	process    *process
}

// base is the configuration before options. What a batch processor would hold back is not wanted here: a test adds one.
const base = `
receivers:
  otlp:
    protocols:
      grpc: {endpoint: "${env:OTLP_GRPC}"}
      http: {endpoint: "${env:OTLP_HTTP}"}
exporters:
  debug: {verbosity: detailed}
  file/metrics: {path: "${env:RECEIVED}/metrics", flush_interval: 50ms}
  file/logs: {path: "${env:RECEIVED}/logs", flush_interval: 50ms}
  file/traces: {path: "${env:RECEIVED}/traces", flush_interval: 50ms}
service:
  telemetry:
    metrics: {level: none}
  pipelines:
    metrics: {receivers: [otlp], exporters: [debug, file/metrics]}
    logs: {receivers: [otlp], exporters: [debug, file/logs]}
    traces: {receivers: [otlp], exporters: [debug, file/traces]}
`

// StartCollector starts a collector, returns when it receives, and stops it when the test ends.
func StartCollector(t testing.TB, options ...CollectorOption) *Collector {
	t.Helper()
	c := &Collector{t: t, grpc: porttest.Reserve(t), http: porttest.Reserve(t), dir: t.TempDir()}
	c.env = []string{"OTLP_GRPC=" + c.grpc, "OTLP_HTTP=" + c.http, "RECEIVED=" + c.dir}
	config := newCollectorConfig(options)
	for i, text := range append([]string{base}, config.overlays...) {
		path := filepath.Join(c.dir, "config"+string(rune('a'+i))+".yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c.args = append(c.args, "--config="+path)
	}
	c.env = append(c.env, config.env...)
	c.Start()
	t.Cleanup(func() {
		c.Stop()
		if t.Failed() {
			t.Logf("the end of what the collector printed:\n%s", tail(c.Output()))
		}
	})
	return c
}

// Start starts the collector again after Stop, at the same addresses. What it received before is still to be read.
func (c *Collector) Start() {
	c.t.Helper()
	c.process = launch(c.t, c.dir, c.env, "otelcol", c.args...)
	c.process.await(c.t, "otelcol", "it was ready", func() bool { return strings.Contains(c.Output(), "Everything is ready.") })
}

// Stop ends the collector and returns when it is gone: all that it had received is in its files then. It may be called
// again.
func (c *Collector) Stop() { c.process.stop() }

// GRPC is where it receives OTLP over gRPC, as HOST:PORT. As OTEL_EXPORTER_OTLP_ENDPOINT it wants http:// before it.
func (c *Collector) GRPC() string { return c.grpc }

// HTTP is the URL to which an exporter adds /v1/metrics, /v1/logs or /v1/traces: OTLP as protobuf or JSON.
func (c *Collector) HTTP() string { return "http://" + c.http }

// Output is what the collector has printed since it was last started: its log, and what the debug exporter says in full
// of all that it received.
func (c *Collector) Output() string { return c.process.output.text() }
