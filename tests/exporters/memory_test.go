// SPDX-License-Identifier: Apache-2.0

package exporters

import (
	"context"
	"runtime"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// TestMemoryWithoutACollector tracks ten times as much as fills every queue while nobody takes metrics, log records and
// spans: memory is what it was when they were full.
func TestMemoryWithoutACollector(t *testing.T) {
	environment(t, map[string]string{
		"OTEL_METRICS_EXPORTER": "otlp", "OTEL_LOGS_EXPORTER": "otlp", "OTEL_TRACES_EXPORTER": "otlp",
		"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_EXPORTER_OTLP_TIMEOUT": "100", "OTEL_METRIC_EXPORT_INTERVAL": "100",
	})
	s := openShop(t)
	event := otelanalytics.Event{Type: "order_placed", Data: map[string]any{"channel": "web", "value": 1.5, "items": 3}}
	track := func(n int) uint64 {
		for range n {
			ctx, span := s.tel.TracerProvider().Tracer("shop").Start(t.Context(), "order")
			if err := s.client.Track(ctx, event); err != nil {
				t.Fatal(err)
			}
			span.End()
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	full := track(20_000)
	after := track(200_000)
	t.Logf("%d KiB of heap with full queues, %d KiB after ten times as much", full>>10, after>>10)
	if after > full+4<<20 {
		t.Errorf("the heap grew from %d to %d bytes", full, after)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_ = s.tel.Shutdown(ctx) // nobody takes the last ones either
}
