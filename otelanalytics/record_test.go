// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"errors"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

// recordDoor is a way to record an event, which stores nothing.
type recordDoor struct {
	name   string
	record func(ctx context.Context, c *otelanalytics.Client, name string, data map[string]any) error
	whole  bool // it takes the whole name of an event that a pattern stands for
}

// recordDoors are all of them.
func recordDoors() []recordDoor {
	return []recordDoor{
		{"Record", func(ctx context.Context, c *otelanalytics.Client, name string, data map[string]any) error {
			return c.Record(ctx, name, data)
		}, true},
		{"Module.Record", func(ctx context.Context, c *otelanalytics.Client, name string, data map[string]any) error {
			return c.Module("m").Record(ctx, name, data)
		}, true},
		{"EventType.Record", func(ctx context.Context, c *otelanalytics.Client, name string, data map[string]any) error {
			et, err := c.EventType(name)
			if err != nil {
				return err
			}
			return et.Record(ctx, data)
		}, false},
		{"Module.EventType.Record", func(ctx context.Context, c *otelanalytics.Client, name string, data map[string]any) error {
			et, err := c.Module("m").EventType(name)
			if err != nil {
				return err
			}
			return et.Record(ctx, data)
		}, false},
		{"typed code, Record", func(ctx context.Context, c *otelanalytics.Client, name string, data map[string]any) error {
			et, err := c.EventType(name)
			if err != nil {
				return err
			}
			return typedData(data).Record(ctx, et)
		}, false},
		{"typed code, RecordPattern", func(ctx context.Context, c *otelanalytics.Client, name string, data map[string]any) error {
			et, err := c.EventType(entryOf(name))
			if err != nil {
				return err
			}
			return typedData(data).RecordPattern(ctx, et, name)
		}, true},
	}
}

func everyRecordDoor(t *testing.T, test func(t *testing.T, d recordDoor, k kind)) {
	t.Helper()
	for _, d := range recordDoors() {
		for _, k := range kinds() {
			if !d.whole && entryOf(k.eventType) != k.eventType {
				continue
			}
			t.Run(d.name+", "+k.eventType, func(t *testing.T) { test(t, d, k) })
		}
	}
}

// checkRecorded checks that n events of the kind are on the metrics, with their whole name, and that none is anywhere else.
func checkRecorded(t *testing.T, rec *analyticstest.Recorder, kept *logRecords, k kind, n float64) {
	t.Helper()
	var attributes []string
	if k.metric == "orders" {
		attributes = []string{"event", k.eventType}
	}
	if got := rec.Delta(k.metric, attributes...); got != n {
		t.Errorf("%v events recorded, want %v", got, n)
	}
	if stored, logged := len(rec.Events("")), len(kept.named(k.eventType)); stored != 0 || logged != 0 {
		t.Errorf("%d events stored and %d in the log, want none", stored, logged)
	}
}

func TestRecordThroughEveryDoor(t *testing.T) {
	everyRecordDoor(t, func(t *testing.T, d recordDoor, k kind) {
		kept, log := withLog()
		rec := analyticstest.New(t, parse(t), log)
		for range 2 {
			if err := d.record(t.Context(), rec.Client, k.eventType, k.data); err != nil {
				t.Fatal(err)
			}
		}
		checkRecorded(t, rec, kept, k, 2)
		var invalid *otelanalytics.InvalidEventError
		err := d.record(t.Context(), rec.Client, k.eventType, map[string]any{"a": func() {}})
		if !errors.As(err, &invalid) || invalid.Field != "event_data.a" {
			t.Errorf("a function: %v", err)
		}
		if err := d.record(t.Context(), rec.Client, "never_declared", nil); !errors.Is(err, otelanalytics.ErrUnknownEvent) {
			t.Errorf("an unknown name: %v, want ErrUnknownEvent", err)
		}
		rec.Client.Switches().SetMetrics(false)
		if err := d.record(t.Context(), rec.Client, k.eventType, k.data); err != nil {
			t.Errorf("with metrics off: %v", err)
		}
		checkRecorded(t, rec, kept, k, 2)
		if err := rec.Client.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := d.record(t.Context(), rec.Client, k.eventType, k.data); !errors.Is(err, otelanalytics.ErrClosed) {
			t.Errorf("after the shutdown: %v, want ErrClosed", err)
		}
		checkRecorded(t, rec, kept, k, 2)
		if err := d.record(t.Context(), otelanalytics.NewNop(), k.eventType, k.data); err != nil {
			t.Errorf("a client that does nothing: %v", err)
		}
	})
}
