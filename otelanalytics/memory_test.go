// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// nowhere is a sink that is out.
type nowhere struct{}

func (nowhere) Deliver(context.Context, []eventstore.Event) ([]eventstore.Verdict, error) {
	return nil, errors.New("out")
}

func memoryStore(t *testing.T) *eventstore.Store {
	t.Helper()
	s, err := eventstore.Open(t.Context(), nowhere{}, eventstore.Config{Storage: eventstore.Memory})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ended, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		_ = s.Shutdown(ended)
	})
	return s
}

// TestMemoryCannotSync: the level is refused when the client is made, and when one call asks for it.
func TestMemoryCannotSync(t *testing.T) {
	for name, option := range map[string]otelanalytics.Option{
		"option":        otelanalytics.WithDefaultAck(otelanalytics.AckSynced),
		"configuration": otelanalytics.WithConfig(config.Config{Ack: otelanalytics.AckSynced}),
	} {
		_, err := otelanalytics.New(parse(t), option, otelanalytics.WithStore(memoryStore(t)))
		if !errors.Is(err, otelanalytics.ErrNoDisk) || !strings.Contains(err.Error(), "OTELANALYTICS_ACK") || !strings.Contains(err.Error(), "AckStored") {
			t.Errorf("%s: %v", name, err)
		}
	}
	c, err := otelanalytics.New(parse(t), otelanalytics.WithStore(memoryStore(t)))
	if err != nil {
		t.Fatal(err)
	}
	err = c.Track(t.Context(), otelanalytics.Event{Type: "anything"}, otelanalytics.WithAck(otelanalytics.AckSynced))
	if s := c.Stats(); !errors.Is(err, otelanalytics.ErrNoDisk) || s.Rejected != 1 || s.Accepted != 0 || s.Pending != 0 {
		t.Errorf("Track: %v, %+v", err, s)
	}
}

// TestLostWithTheClient: the final numbers say what a store in memory lost, so that the last export has it.
func TestLostWithTheClient(t *testing.T) {
	reader := sdkmetric.NewManualReader()
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
	c, err := otelanalytics.New(parse(t), otelanalytics.WithStore(memoryStore(t)), otelanalytics.WithMeterProvider(provider))
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := c.Track(t.Context(), otelanalytics.Event{Type: "anything"}); err != nil {
			t.Fatal(err)
		}
	}
	ended, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := c.Shutdown(ended); !errors.Is(err, otelanalytics.ErrLost) || !strings.Contains(err.Error(), "3 of a store in memory") {
		t.Errorf("Shutdown: %v", err)
	}
	if s := c.Stats(); s.Accepted != 3 || s.Lost != 3 || s.Pending != 0 {
		t.Errorf("%+v", s)
	}
	var all metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	lost := int64(-1)
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			if sum, ok := m.Data.(metricdata.Sum[int64]); ok && m.Name == "otelanalytics.events.lost" {
				lost = sum.DataPoints[0].Value
			}
		}
	}
	if lost != 3 {
		t.Errorf("otelanalytics.events.lost is %d, want 3", lost)
	}
}
