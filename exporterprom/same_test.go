// SPDX-License-Identifier: Apache-2.0

package exporterprom_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/otlptranslator"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	otelprom "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/exemplar"
	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/otelanalytics/otelanalytics-go/exporterprom"
)

// TestPageIsTheExporters compares whole pages, for each option, with those of OpenTelemetry's exporter and the same
// instruments. Package page is compared with random data.
func TestPageIsTheExporters(t *testing.T) {
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(error) {}))
	for _, c := range []struct {
		name   string
		ours   []exporterprom.Option
		theirs []otelprom.Option
	}{
		{"default", nil, []otelprom.Option{otelprom.WithoutScopeInfo()}},
		{"scope info", []exporterprom.Option{exporterprom.WithScopeInfo()}, nil},
		{"no target_info", []exporterprom.Option{exporterprom.WithoutTargetInfo()}, []otelprom.Option{otelprom.WithoutScopeInfo(), otelprom.WithoutTargetInfo()}},
		{"namespace", []exporterprom.Option{exporterprom.WithNamespace("acme.eu")}, []otelprom.Option{otelprom.WithoutScopeInfo(), otelprom.WithNamespace("acme.eu")}},
		{
			"resource labels",
			[]exporterprom.Option{exporterprom.WithResourceLabels("service.version")},
			[]otelprom.Option{otelprom.WithoutScopeInfo(), otelprom.WithResourceAsConstantLabels(attribute.NewAllowKeysFilter("service.version"))},
		},
		{
			"a resource label that is an attribute",
			[]exporterprom.Option{exporterprom.WithResourceLabels("method")},
			[]otelprom.Option{otelprom.WithoutScopeInfo(), otelprom.WithResourceAsConstantLabels(attribute.NewAllowKeysFilter("method"))},
		},
		{
			"no suffixes",
			[]exporterprom.Option{exporterprom.WithTranslationStrategy(otlptranslator.UnderscoreEscapingWithoutSuffixes)},
			[]otelprom.Option{otelprom.WithoutScopeInfo(), otelprom.WithTranslationStrategy(otlptranslator.UnderscoreEscapingWithoutSuffixes)},
		},
		{
			"UTF-8",
			[]exporterprom.Option{exporterprom.WithTranslationStrategy(otlptranslator.NoTranslation)},
			[]otelprom.Option{otelprom.WithoutScopeInfo(), otelprom.WithTranslationStrategy(otlptranslator.NoTranslation)},
		},
		{
			"native histograms",
			[]exporterprom.Option{exporterprom.WithNativeHistograms()},
			[]otelprom.Option{otelprom.WithoutScopeInfo(), otelprom.WithAggregationSelector(func(k sdkmetric.InstrumentKind) sdkmetric.Aggregation {
				if k == sdkmetric.InstrumentKindHistogram {
					return sdkmetric.AggregationBase2ExponentialHistogram{MaxSize: 160, MaxScale: 20}
				}
				return sdkmetric.DefaultAggregationSelector(k)
			})},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			prom, err := exporterprom.New(append(c.ours, exporterprom.WithoutRuntimeMetrics(), exporterprom.WithGatherer(program(t, "jobs_total")))...)
			if err != nil {
				t.Fatal(err)
			}
			registry := program(t, "jobs_total")
			exporter, err := otelprom.New(append(c.theirs, otelprom.WithRegisterer(registry))...)
			if err != nil {
				t.Fatal(err)
			}
			theirs := promhttp.HandlerFor(registry, promhttp.HandlerOpts{EnableOpenMetrics: true, ErrorHandling: promhttp.ContinueOnError, Registry: registry})
			use := instruments(t, sdkmetric.NewMeterProvider(
				sdkmetric.WithReader(prom.Reader()), sdkmetric.WithReader(exporter), sdkmetric.WithExemplarFilter(exemplar.AlwaysOffFilter),
				sdkmetric.WithResource(resource.NewSchemaless(attribute.String("service.name", "shop"), attribute.String("service.version", "1.2"), attribute.Bool("method", true))),
				sdkmetric.WithView(sdkmetric.NewView(sdkmetric.Instrument{Name: "endless"}, sdkmetric.Stream{
					Aggregation: sdkmetric.AggregationExplicitBucketHistogram{Boundaries: []float64{1, math.Inf(1)}},
				})),
				sdkmetric.WithView(sdkmetric.NewView(sdkmetric.Instrument{Name: "coarse"}, sdkmetric.Stream{
					Aggregation: sdkmetric.AggregationBase2ExponentialHistogram{MaxSize: 2, MaxScale: 20},
				})),
			))
			for round := range 4 {
				use(round)
				for _, accept := range []string{"text/plain", "application/openmetrics-text; version=1.0.0", "text/plain; escaping=allow-utf-8"} {
					want, wantType := get(t, theirs, accept)
					got, gotType := get(t, prom.Handler(), accept)
					if diff := cmp.Diff(want, got); diff != "" || wantType != gotType {
						t.Fatalf("round %d as %s, %s: (-exporter +page)\n%s", round, wantType, gotType, diff)
					}
				}
			}
		})
	}
}

// instruments makes some of every kind, and returns what uses them.
func instruments(t *testing.T, provider metric.MeterProvider) func(round int) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	meter, other := provider.Meter("shop", metric.WithInstrumentationVersion("3")), provider.Meter("shop.other", metric.WithInstrumentationAttributes(attribute.Int("n", 1)))
	logins, err := meter.Int64Counter("user.logins", metric.WithUnit("{login}"), metric.WithDescription("Logins."))
	must(err)
	also, err := other.Int64Counter("user.logins", metric.WithUnit("{login}"), metric.WithDescription("Logins."))
	must(err)
	bytes, err := meter.Float64Counter("sent", metric.WithUnit("By"))
	must(err)
	open, err := meter.Int64UpDownCounter("connections", metric.WithUnit("{connection}"))
	must(err)
	ratio, err := meter.Float64Gauge("occupancy", metric.WithUnit("1"))
	must(err)
	duration, err := meter.Float64Histogram("http.server.request.duration", metric.WithUnit("s"), metric.WithExplicitBucketBoundaries(.1, 1, 10))
	must(err)
	endless, err := meter.Int64Histogram("endless")
	must(err)
	coarse, err := meter.Float64Histogram("coarse")
	must(err)
	var watched int
	_, err = meter.Int64ObservableCounter("jobs.done", metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
		for i := range watched {
			o.Observe(int64(i), metric.WithAttributes(attribute.Int("queue", i)))
		}
		return nil
	}))
	must(err)
	ctx := context.Background()
	return func(round int) {
		watched = 3 - round
		for i := range 5 * (round + 1) {
			set := metric.WithAttributes(attribute.String("method", fmt.Sprint("m", i%7)), attribute.String("http.status", fmt.Sprint(i)))
			logins.Add(ctx, int64(i), set)
			bytes.Add(ctx, float64(i)*0.5, set)
			open.Add(ctx, int64(2-i), set)
			ratio.Record(ctx, float64(i)/3, set)
			duration.Record(ctx, float64(i), set)
			endless.Record(ctx, int64(i), set)
			also.Add(ctx, 1, metric.WithAttributes(attribute.Int("other", i)))
		}
		coarse.Record(ctx, 1)
		if round == 2 {
			coarse.Record(ctx, 1e300) // no native histogram is as coarse
			coarse.Record(ctx, 1e-300)
		}
	}
}
