// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/telemetry"
)

// bridge is a handler of slog that makes log records of OpenTelemetry, once it has a logger.
type bridge struct{ to *log.Logger }

func (b bridge) Enabled(context.Context, slog.Level) bool { return *b.to != nil }
func (b bridge) WithAttrs([]slog.Attr) slog.Handler       { return b }
func (b bridge) WithGroup(string) slog.Handler            { return b }

func (b bridge) Handle(ctx context.Context, r slog.Record) error {
	var record log.Record
	record.SetBody(attribute.StringValue(r.Message))
	(*b.to).Emit(ctx, record)
	return nil
}

// TestProgramThatLogsThroughOpenTelemetry: its records and tracked events share a simple processor, whose collector is
// away. The failure is logged through the processor that reports it.
func TestProgramThatLogsThroughOpenTelemetry(t *testing.T) {
	file := filepath.Join(t.TempDir(), "otel.yaml")
	if err := os.WriteFile(file, []byte(`
file_format: "1.0"
logger_provider:
  processors: [{simple: {exporter: {otlp_http: {endpoint: "http://127.0.0.1:1/v1/logs", timeout: 100}}}}]
`), 0o600); err != nil {
		t.Fatal(err)
	}
	environment(t, map[string]string{"OTEL_CONFIG_FILE": file})
	var to log.Logger
	logger := slog.New(bridge{&to})
	tel, err := telemetry.Setup(t.Context(), telemetry.WithLogger(logger))
	if err != nil {
		t.Fatal(err)
	}
	to = tel.LoggerProvider().Logger("slog")
	m := servicetest.Map(t, visits)
	client, err := otelanalytics.New(m, otelanalytics.WithLoggerProvider(tel.LoggerProvider()), otelanalytics.WithLogger(logger))
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		for range 2 {
			if err := client.Track(context.Background(), otelanalytics.Event{Type: "visited"}); err != nil {
				ended <- err
				return
			}
		}
		deadline, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		ended <- client.Shutdown(deadline)
		_ = tel.Shutdown(deadline) // there is nobody to export to
		ended <- nil
	}()
	for range 2 {
		select {
		case err := <-ended:
			if err != nil {
				t.Fatal(err)
			}
		case <-time.After(time.Minute):
			t.Fatal("Track or Shutdown has not returned for a minute")
		}
	}
}
