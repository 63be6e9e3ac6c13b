// SPDX-License-Identifier: Apache-2.0

package exporterprom_test

import (
	"context"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/prometheus/otlptranslator"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelanalytics/otelanalytics-go/exporterprom"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// filled returns an exporter with one series of every kind, one of them recorded within a sampled span.
func filled(t *testing.T, options ...exporterprom.Option) *exporterprom.Exporter {
	t.Helper()
	prom, err := exporterprom.New(options...)
	if err != nil {
		t.Fatal(err)
	}
	provider := sdkmetric.NewMeterProvider(
		sdkmetric.WithReader(prom.Reader()),
		sdkmetric.WithResource(resource.NewSchemaless(attribute.String("service.name", "shop"), attribute.String("service.version", "1.2"))),
	)
	meter := provider.Meter("shop", metric.WithInstrumentationVersion("3"))
	ctx := trace.ContextWithSpanContext(context.Background(), trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled,
	}))
	logins, err := meter.Int64Counter("user.logins", metric.WithUnit("{login}"), metric.WithDescription("Logins."))
	if err != nil {
		t.Fatal(err)
	}
	logins.Add(ctx, 3, metric.WithAttributes(attribute.String("auth.method", "email")))
	games, err := meter.Int64UpDownCounter("games", metric.WithDescription("Games in progress."))
	if err != nil {
		t.Fatal(err)
	}
	games.Add(ctx, -2)
	ratio, err := meter.Float64Gauge("occupancy", metric.WithUnit("1"), metric.WithDescription("Occupied seats."))
	if err != nil {
		t.Fatal(err)
	}
	ratio.Record(ctx, 0.25)
	duration, err := meter.Float64Histogram("game.duration", metric.WithUnit("s"), metric.WithDescription("Duration."),
		metric.WithExplicitBucketBoundaries(1, 10))
	if err != nil {
		t.Fatal(err)
	}
	duration.Record(ctx, 4)
	return prom
}

func get(t *testing.T, h http.Handler, accept string) (page, contentType string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	r.Header.Set("Accept", accept)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return w.Body.String(), w.Header().Get("Content-Type")
}

// timestamps are what differs between two runs on the page: those of exemplars and of created series.
var timestamps = regexp.MustCompile(`(?m)( 1\.\d+e\+09$|\d{10}\.\d+)`)

// spanFirst is one of the two orders in which the exporter writes the labels of an exemplar.
var spanFirst = regexp.MustCompile(`\{(span_id="\w+"),(trace_id="\w+")\}`)

func golden(t *testing.T, file, got string) {
	t.Helper()
	got = spanFirst.ReplaceAllString(timestamps.ReplaceAllString(got, " TIME"), "{$2,$1}")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s: (-want +got)\n%s", file, diff)
	}
}

func TestPage(t *testing.T) {
	prom := filled(t, exporterprom.WithoutRuntimeMetrics())
	page, contentType := get(t, prom.Handler(), "text/plain")
	if !strings.HasPrefix(contentType, "text/plain; version=0.0.4") {
		t.Errorf("content type %q", contentType)
	}
	golden(t, "testdata/page.txt", page)
	problems, err := promlint.New(strings.NewReader(page)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("promlint: %s: %s", p.Metric, p.Text)
	}
}

func TestOpenMetricsPageHasExemplars(t *testing.T) {
	prom := filled(t, exporterprom.WithoutRuntimeMetrics())
	page, contentType := get(t, prom.Handler(), "application/openmetrics-text; version=1.0.0")
	if !strings.HasPrefix(contentType, "application/openmetrics-text; version=1.0.0") {
		t.Errorf("content type %q", contentType)
	}
	golden(t, "testdata/page.openmetrics.txt", page)
	if !strings.Contains(page, `trace_id="01000000000000000000000000000000"`) {
		t.Errorf("no exemplar with the trace id:\n%s", page)
	}
}

func TestOptions(t *testing.T) {
	for _, test := range []struct {
		name    string
		options []exporterprom.Option
		has     []string
		hasNot  []string
	}{
		{"default", nil, []string{"go_goroutines ", "process_open_fds ", "target_info{"}, []string{"otel_scope_"}},
		{"without runtime metrics", []exporterprom.Option{exporterprom.WithoutRuntimeMetrics()}, []string{"target_info{"}, []string{"\ngo_", "\nprocess_"}},
		{"without target info", []exporterprom.Option{exporterprom.WithoutTargetInfo()}, []string{"go_goroutines "}, []string{"target_info"}},
		{"scope info", []exporterprom.Option{exporterprom.WithScopeInfo()}, []string{`otel_scope_name="shop"`, `otel_scope_version="3"`}, nil},
		{
			"namespace",
			[]exporterprom.Option{exporterprom.WithNamespace("acme")},
			[]string{"\nacme_user_logins_total{", "\nacme_game_duration_seconds_count ", "\ngo_goroutines ", "\ntarget_info{"},
			[]string{"\nuser_logins_total"},
		},
		{
			"resource labels",
			[]exporterprom.Option{exporterprom.WithResourceLabels("service.version")},
			[]string{`user_logins_total{auth_method="email",service_version="1.2"} 3`},
			[]string{`games{service_name`},
		},
		{
			"translation",
			[]exporterprom.Option{exporterprom.WithTranslationStrategy(otlptranslator.UnderscoreEscapingWithoutSuffixes)},
			[]string{`user_logins{auth_method="email"} 3`},
			[]string{"user_logins_total"},
		},
		{
			"native histograms",
			[]exporterprom.Option{exporterprom.WithNativeHistograms()},
			[]string{"game_duration_seconds_count 1", "game_duration_seconds_sum 4"},
			[]string{`game_duration_seconds_bucket{le="10"}`},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			page, _ := get(t, filled(t, test.options...).Handler(), "")
			for _, s := range test.has {
				if !strings.Contains(page, s) {
					t.Errorf("%q is not on the page", s)
				}
			}
			for _, s := range test.hasNot {
				if strings.Contains(page, s) {
					t.Errorf("%q is on the page", s)
				}
			}
		})
	}
}

func TestGathererIsThePage(t *testing.T) {
	families, err := filled(t, exporterprom.WithoutRuntimeMetrics()).Gatherer().Gather()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range families {
		if !strings.HasPrefix(f.GetName(), "promhttp_") {
			names = append(names, f.GetName())
		}
	}
	want := []string{"game_duration_seconds", "games", "occupancy_ratio", "target_info", "user_logins_total"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}
