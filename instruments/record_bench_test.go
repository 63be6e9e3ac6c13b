// SPDX-License-Identifier: Apache-2.0

package instruments_test

import (
	"context"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/instruments"
)

// BenchmarkRecord compares recording by the event map with what OpenTelemetry itself costs.
func BenchmarkRecord(b *testing.B) {
	m, err := eventmap.Parse([]byte(testMap))
	if err != nil {
		b.Fatal(err)
	}
	meter := sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader())).Meter("bench")
	set, err := instruments.New(m, meter)
	if err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	raw, err := meter.Int64Counter("raw")
	if err != nil {
		b.Fatal(err)
	}
	attrs := []attribute.KeyValue{attribute.String("auth_method", "email"), attribute.String("account_type", "premium")}
	prebuilt := []metric.AddOption{metric.WithAttributeSet(attribute.NewSet(attrs...))}
	login, _ := set.EventType("login")
	fields := []instruments.Value{instruments.String("email"), instruments.String("premium")}

	b.Run("otel/prebuilt", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			raw.Add(ctx, 1, prebuilt...)
		}
	})
	b.Run("otel/WithAttributes", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			raw.Add(ctx, 1, metric.WithAttributes(attrs...))
		}
	})
	b.Run("set", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			login.Record(ctx, "login", fields)
		}
	})
	b.Run("otel/prebuilt/parallel", func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				raw.Add(ctx, 1, prebuilt...)
			}
		})
	})
	b.Run("set/parallel", func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				login.Record(ctx, "login", fields)
			}
		})
	})
}
