// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"net"
	"testing"
	"time"

	"go.opentelemetry.io/otel/log"

	"github.com/otelanalytics/otelanalytics-go/telemetry"
)

// TestWithoutAnEndpoint exports each signal by each protocol with no endpoint set, which is to localhost without TLS.
func TestWithoutAnEndpoint(t *testing.T) {
	for _, signal := range []string{"METRICS", "LOGS", "TRACES"} {
		for protocol, address := range map[string]string{"http/protobuf": "127.0.0.1:4318", "grpc": "127.0.0.1:4317"} {
			t.Run(signal+" "+protocol, func(t *testing.T) {
				for _, other := range []string{"METRICS", "LOGS", "TRACES"} {
					t.Setenv("OTEL_"+other+"_EXPORTER", "none")
				}
				t.Setenv("OTEL_"+signal+"_EXPORTER", "otlp")
				t.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", protocol)
				t.Setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "500") // nobody answers
				first := firstByte(t, address)
				ctx := t.Context()
				sdk, err := telemetry.Setup(ctx)
				if err != nil {
					t.Fatal(err)
				}
				counter, err := sdk.MeterProvider().Meter("x").Int64Counter("x")
				if err != nil {
					t.Fatal(err)
				}
				counter.Add(ctx, 1)
				_, span := sdk.TracerProvider().Tracer("x").Start(ctx, "x")
				span.End()
				sdk.LoggerProvider().Logger("x").Emit(ctx, log.Record{})
				_ = sdk.Shutdown(ctx)  // nobody answers; what was sent is what matters
				const handshake = 0x16 // of TLS
				switch b, ok := <-first; {
				case !ok:
					t.Error("nothing was sent to " + address)
				case b == handshake:
					t.Error("the exporter speaks TLS to " + address)
				}
			})
		}
	}
}

// firstByte returns what the first connection to an address begins with; nothing when none comes within a minute.
func firstByte(t *testing.T, address string) <-chan byte {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Skipf("the port that OTLP has by default is taken: %v", err)
	}
	t.Cleanup(func() { _ = l.Close() })
	_ = l.(*net.TCPListener).SetDeadline(time.Now().Add(time.Minute))
	first := make(chan byte, 1)
	go func() {
		defer close(first)
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		_ = c.SetDeadline(time.Now().Add(time.Minute))
		var b [1]byte
		if _, err := c.Read(b[:]); err == nil {
			first <- b[0]
		}
	}()
	return first
}
