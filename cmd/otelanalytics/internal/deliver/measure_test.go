// SPDX-License-Identifier: Apache-2.0

package deliver

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"maps"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// answering is a log that reports after some time.
type answering struct {
	source
	lag, limits time.Duration
}

func (a *answering) Source() string     { return "l" }
func (a *answering) Redelivered() int64 { return 0 }

func (a *answering) Lag(ctx context.Context) (pending, unacknowledged int64, err error) {
	return 1, 2, pause(ctx, a.lag)
}

func (a *answering) retention(ctx context.Context) (*retention, error) {
	if err := pause(ctx, a.limits); err != nil {
		return nil, err
	}
	return &retention{oldest: time.Minute, maxAge: time.Hour}, errors.New("no right to read something")
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// TestMeasuredLog: a log whose limits take a while is reported as a whole. Where it reports a part, that part is there, and why the rest is not
// is logged. One that does not answer at all is away: nothing is said of rights.
func TestMeasuredLog(t *testing.T) {
	for _, test := range []struct {
		name string
		log  answering
		want map[string]float64
		logs bool
		took time.Duration
	}{
		{"in time", answering{lag: 900 * time.Millisecond, limits: 2900 * time.Millisecond}, map[string]float64{"up": 1, "pending": 1, "unacknowledged": 2, "oldest_age": 60, "max_age": 3600, "used": 1. / 60, "redelivered": 0}, true, 2900 * time.Millisecond},
		{"without limits", answering{limits: time.Hour}, map[string]float64{"up": 1, "pending": 1, "unacknowledged": 2, "redelivered": 0}, true, 3 * time.Second},
		{"away", answering{lag: time.Hour, limits: time.Hour}, map[string]float64{"up": 0, "redelivered": 0}, false, time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := inMemory(t, &failing{errs: make(chan error, 1)})
				defer func() { _ = store.Shutdown(context.Background()) }()
				var text bytes.Buffer
				reader := sdkmetric.NewManualReader()
				provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
				m := &measured{store: store, types: newTypes(nil), source: &test.log, silent: untold(slog.New(slog.NewTextHandler(&text, nil))), began: time.Now()}
				if err := m.register(provider.Meter("t")); err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				got := collected(t, reader)
				if took := time.Since(began); took != test.took {
					t.Errorf("it took %v, want %v", took, test.took)
				}
				if !maps.Equal(got, test.want) {
					t.Errorf("%v, want %v", got, test.want)
				}
				if logs := strings.Contains(text.String(), "does not report"); logs != test.logs {
					t.Errorf("it logs %q", text.String())
				}
			})
		})
	}
}

// collected returns the metrics about the log, by the ends of their names.
func collected(t *testing.T, reader sdkmetric.Reader) map[string]float64 {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	values := make(map[string]float64)
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			name, ok := strings.CutPrefix(m.Name, "otelanalytics.log.")
			if !ok {
				continue
			}
			switch data := m.Data.(type) {
			case metricdata.Gauge[int64]:
				values[name] = float64(data.DataPoints[0].Value)
			case metricdata.Sum[int64]:
				values[name] = float64(data.DataPoints[0].Value)
			case metricdata.Gauge[float64]:
				values[name] = data.DataPoints[0].Value
			}
		}
	}
	return values
}
