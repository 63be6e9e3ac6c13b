// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
	sdklog "go.opentelemetry.io/otel/sdk/log"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

// panics are data, or a value of data, that panic with something of the event.
type panics struct{}

func (panics) AppendBSON([]byte) ([]byte, error)            { panic("s3cret") }
func (panics) MarshalBSONValue() (byte, []byte, error)      { panic("s3cret") }
func (panics) OnEmit(context.Context, *sdklog.Record) error { panic("s3cret") }
func (panics) Shutdown(context.Context) error               { return nil }
func (panics) ForceFlush(context.Context) error             { return nil }
func (panics) Enabled(context.Context, sdklog.EnabledParameters) bool {
	return true
}

// exits are data that end the goroutine, as a test does that fails.
type exits struct{}

func (exits) AppendBSON([]byte) ([]byte, error)       { runtime.Goexit(); return nil, nil }
func (exits) MarshalBSONValue() (byte, []byte, error) { runtime.Goexit(); return 0, nil, nil }

// panickingContext panics when it is asked for a value.
type panickingContext struct{ context.Context }

func (panickingContext) Value(any) any { panic("s3cret") }

// panickingMeter makes counters that panic.
type (
	panickingProvider struct{ noop.MeterProvider }
	panickingMeter    struct{ noop.Meter }
	panickingCounter  struct{ noop.Int64Counter }
)

func (panickingProvider) Meter(string, ...metric.MeterOption) metric.Meter { return panickingMeter{} }

func (panickingMeter) Int64Counter(string, ...metric.Int64CounterOption) (metric.Int64Counter, error) {
	return panickingCounter{}, nil
}

func (panickingCounter) Enabled(context.Context) bool                    { return true }
func (panickingCounter) Add(context.Context, int64, ...metric.AddOption) { panic("s3cret") }

// panickingStore panics where an event is appended.
type panickingStore struct{ fullAfter }

func (*panickingStore) Append(context.Context, eventstore.Event, otelanalytics.Ack) (eventstore.Receipt, error) {
	panic("s3cret")
}

func (*panickingStore) AppendBatch(context.Context, []eventstore.Event, otelanalytics.Ack) (int, eventstore.Receipt, error) {
	panic("s3cret")
}

// checkFree tracks an event with the key and wants the result, without having to wait.
func checkFree(t *testing.T, c *otelanalytics.Client, d door, k kind, want otelanalytics.Result) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var o otelanalytics.Outcome
	if err := d.track(ctx, c, k.event("k"), otelanalytics.WithOutcome(&o)); err != nil || o.Result != want {
		t.Errorf("the next event with the key: %v, %v; want %v", o.Result, err, want)
	}
}

func TestPanicAfterTheAppend(t *testing.T) {
	for _, tt := range []struct {
		step    string
		options func() []otelanalytics.Option
	}{
		{"emit", func() []otelanalytics.Option {
			return []otelanalytics.Option{otelanalytics.WithLoggerProvider(sdklog.NewLoggerProvider(sdklog.WithProcessor(panics{})))}
		}},
		{"record", func() []otelanalytics.Option {
			return []otelanalytics.Option{otelanalytics.WithMeterProvider(panickingProvider{})}
		}},
	} {
		t.Run(tt.step, func(t *testing.T) {
			everyDoor(t, func(t *testing.T, d door, k kind) {
				log := new(servicetest.Log)
				kept, withLog := withLog()
				options := append([]otelanalytics.Option{withLog, otelanalytics.WithLogger(log.Logger())}, tt.options()...)
				rec := analyticstest.New(t, parse(t), options...)
				var o otelanalytics.Outcome
				if err := d.track(t.Context(), rec.Client, k.event("k"), otelanalytics.WithOutcome(&o)); err != nil || o.Result != k.accepted() {
					t.Errorf("%v, %v", o.Result, err)
				}
				if k.stored && len(rec.Events(k.eventType)) != 1 {
					t.Errorf("%d events stored", len(rec.Events(k.eventType)))
				}
				if tt.step == "emit" {
					checkOnce(t, rec, k, 1)
				} else if len(kept.named(k.eventType)) != 1 {
					t.Error("the log record is missing, since the metrics panicked")
				}
				if text := log.String(); strings.Count(text, "step="+tt.step) != 1 || strings.Contains(text, "s3cret") {
					t.Errorf("the log has %s", text)
				}
				checkFree(t, rec.Client, d, k, otelanalytics.ResultDuplicate)
			})
		})
	}
}

func TestPanicsAreOnThePage(t *testing.T) {
	s := &service{t: t, log: new(servicetest.Log)}
	s.run(otelanalytics.WithLoggerProvider(sdklog.NewLoggerProvider(sdklog.WithProcessor(panics{}))))
	for range 2 {
		if err := s.client.Track(t.Context(), otelanalytics.Event{Type: "request"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.client.Track(panickingContext{t.Context()}, otelanalytics.Event{Type: "request"}); err == nil {
		t.Error("an event was accepted whose context panics")
	}
	s.has(`otelanalytics_pipeline_panics_total{step="emit"} 2`, `otelanalytics_pipeline_panics_total{step="accept"} 1`)
}

func TestPanicBeforeTheAppend(t *testing.T) {
	everyDoor(t, func(t *testing.T, d door, k kind) {
		rec := analyticstest.New(t, parse(t))
		e := k.event("k")
		e.UserID = "" // the context is asked for it
		err := d.track(panickingContext{t.Context()}, rec.Client, e)
		var invalid *otelanalytics.InvalidEventError
		if !errors.As(err, &invalid) || invalid.Field != "context" || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("got %v", err)
		}
		checkOnce(t, rec, k, 0)
		checkFree(t, rec.Client, d, k, k.accepted())
	})
}

func TestStoreThatPanics(t *testing.T) {
	k := kinds()[0]
	for _, d := range doors() {
		t.Run(d.name, func(t *testing.T) {
			client, err := otelanalytics.New(parse(t), otelanalytics.WithStore(new(panickingStore)))
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // the second time, too, the key is free
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				if err := d.track(ctx, client, k.event("k")); err == nil || !strings.HasPrefix(err.Error(), "otelanalytics: the store panicked") {
					t.Errorf("got %v", err)
				}
			}
			if st := client.Stats(); st.Accepted != 0 {
				t.Errorf("%+v", st)
			}
		})
	}
}

func TestGoroutineThatEndsWhileItTracks(t *testing.T) {
	everyDoor(t, func(t *testing.T, d door, k kind) {
		for name, data := range map[string]any{"data": exits{}, "a value": map[string]any{"v": exits{}}} {
			e := k.event("k")
			e.Data = data
			if d.takes != nil && !d.takes(e) {
				continue
			}
			rec := analyticstest.New(t, parse(t))
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				_ = d.track(context.Background(), rec.Client, e)
				t.Errorf("%s: the call returned", name)
			}()
			<-ended
			checkFree(t, rec.Client, d, k, k.accepted())
		}
	})
}

// panickingHandler is a handler of log records that panics.
type panickingHandler struct{}

func (panickingHandler) Enabled(context.Context, slog.Level) bool  { return true }
func (panickingHandler) Handle(context.Context, slog.Record) error { panic("s3cret") }
func (h panickingHandler) WithAttrs([]slog.Attr) slog.Handler      { return h }
func (h panickingHandler) WithGroup(string) slog.Handler           { return h }

func TestLoggerThatPanics(t *testing.T) {
	rec := analyticstest.New(t, parse(t), otelanalytics.WithLogger(slog.New(panickingHandler{})),
		otelanalytics.WithBeforeTrack(func(_ context.Context, e *otelanalytics.Event) bool {
			if e.UserID == "panics" {
				panic("s3cret")
			}
			return true
		}))
	for name, e := range map[string]otelanalytics.Event{
		"warns of an unknown type": {Type: "not in the map", Key: "1"},
		"tells of a hook":          {Type: "page_viewed", Key: "2", UserID: "panics"},
	} {
		for _, want := range []otelanalytics.Result{otelanalytics.ResultAccepted, otelanalytics.ResultDuplicate} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			var o otelanalytics.Outcome
			if err := rec.Client.Track(ctx, e, otelanalytics.WithOutcome(&o)); err != nil || o.Result != want {
				t.Errorf("%s: %v, %v; want %v", name, o.Result, err, want)
			}
		}
	}
	if err := rec.Client.Track(panickingContext{t.Context()}, otelanalytics.Event{Type: "page_viewed", Key: "3"}); err == nil {
		t.Error("an event was accepted whose context panics")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := rec.Client.Track(ctx, otelanalytics.Event{Type: "page_viewed", Key: "3"}); err != nil {
		t.Errorf("the next event with the key: %v", err)
	}
}
