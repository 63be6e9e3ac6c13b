// SPDX-License-Identifier: Apache-2.0

package observers_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/exporterprom"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/observers"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

const gaugeMap = `
version: 1
metrics:
  queue_length: {instrument: gauge, description: Length of the queue.}
  waiting: {instrument: gauge, number: int, attributes: {kind: {values: [a, b]}}}
  recorded: {instrument: gauge, attributes: {kind: {values: [a]}}}
  logins: {instrument: counter}
  off: {instrument: gauge, enabled: false}
events:
  e: {record: [{metric: recorded, value: n}, {metric: logins}]}
`

// bench is a client with a metrics page and observers.
type bench struct {
	t        *testing.T
	client   *otelanalytics.Client
	provider *sdkmetric.MeterProvider
	page     http.Handler
	log      *servicetest.Log
}

func newBench(t *testing.T) *bench {
	t.Helper()
	s := servicetest.Start(t, servicetest.Config{
		Map: servicetest.Map(t, gaugeMap), Page: []exporterprom.Option{exporterprom.WithoutRuntimeMetrics(), exporterprom.WithoutTargetInfo()},
	})
	return &bench{t: t, client: s.Client, provider: s.Provider, page: s.Page, log: new(servicetest.Log)}
}

func (b *bench) start(options ...observers.Option) *observers.Observers {
	b.t.Helper()
	o, err := observers.Start(b.client.Module("observers"), append([]observers.Option{
		observers.WithMeterProvider(b.provider), observers.WithLogger(b.log.Logger()),
	}, options...)...)
	if err != nil {
		b.t.Fatal(err)
	}
	return o
}

// has reports whether the page has a line.
func (b *bench) has(line string) bool {
	return servicetest.HasLine(servicetest.Text(b.t, b.page, ""), line)
}

func (b *bench) want(lines ...string) {
	b.t.Helper()
	for _, line := range lines {
		if absent, ok := strings.CutPrefix(line, "!"); ok == b.has(absent) {
			b.t.Errorf("on the page it should be %s", line)
		}
	}
}

func (b *bench) logged(n int, text string) {
	b.t.Helper()
	if got := strings.Count(b.log.String(), text); got != n {
		b.t.Errorf("%q is logged %d times, want %d:\n%s", text, got, n, b.log)
	}
}

func TestSchedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		var readings atomic.Int64
		o := b.start(observers.WithSources(observers.Source{
			Name: "queue", Metrics: []string{"queue_length"},
			Read: func(_ context.Context, set observers.SetFunc) error {
				set("queue_length", float64(readings.Add(1)))
				return nil
			},
		}))
		synctest.Wait()
		b.want("queue_length 1", `otelanalytics_observer_up{source="queue"} 1`)
		for range 100 {
			b.want("queue_length 1") // a scrape reads nothing
		}
		time.Sleep(100 * time.Minute)
		synctest.Wait()
		// A tenth of jitter, both ways.
		if n := readings.Load(); n < 92 || n > 111 {
			t.Errorf("%d readings in 100 minutes", n)
		}
		if err := o.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		n := readings.Load()
		time.Sleep(time.Hour)
		synctest.Wait()
		if readings.Load() != n {
			t.Error("it is read after Shutdown")
		}
		b.want("!queue_length 1", `!otelanalytics_observer_up{source="queue"} 1`)
		if err := o.Observe("queue_length", 0, nil); !errors.Is(err, observers.ErrClosed) {
			t.Errorf("got %v, want ErrClosed", err)
		}
		if err := o.Shutdown(t.Context()); err != nil {
			t.Errorf("second Shutdown: %v", err)
		}
	})
}

func TestSourceThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		var how atomic.Value
		how.Store("well")
		o := b.start(observers.WithInterval(10 * time.Second))
		err := o.Add(observers.Source{
			Name: "x", Metrics: []string{"waiting"}, Timeout: 2 * time.Second,
			Read: func(ctx context.Context, set observers.SetFunc) error {
				set("waiting", 7, "kind", "a")
				set("waiting", 8)
				switch how.Load() {
				case "fails":
					set("waiting", 100, "kind", "a")
					return errors.New("no answer")
				case "panics":
					panic("secret")
				case "hangs":
					<-ctx.Done()
					return ctx.Err()
				}
				return nil
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		last := []string{`waiting{kind="a"} 7`, `waiting{kind="unknown"} 8`}
		step := func(to string, up string) {
			t.Helper()
			how.Store(to)
			time.Sleep(5 * time.Minute)
			synctest.Wait()
			b.want(append(last, `otelanalytics_observer_up{source="x"} `+up)...)
		}
		step("well", "1")
		step("fails", "0")
		b.logged(1, "cannot read")
		step("well", "1")
		b.logged(1, "reading again")
		step("panics", "0")
		step("well", "1")
		step("hangs", "0")
		b.logged(3, "cannot read")
		b.logged(0, "secret")
		b.logged(1, "no answer within 2s")
		step("well", "1")
		if err := o.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// The switches of the client and of the module hold, at once.
func TestSwitches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		o := b.start()
		if err := o.Observe("queue_length", time.Second, func(context.Context) (float64, error) { return 3, nil }); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		s := b.client.Switches()
		for _, flip := range []func(bool){s.SetMetrics, func(on bool) { s.SetModule("observers", on) }} {
			b.want("queue_length 3")
			flip(false)
			b.want("!queue_length 3", `otelanalytics_observer_up{source="queue_length"} 1`)
			flip(true)
		}
		b.want("queue_length 3")
		if err := o.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestMistakes(t *testing.T) {
	b := newBench(t)
	read := func(context.Context, observers.SetFunc) error { return nil }
	_, err := observers.Start(b.client, observers.WithMeterProvider(b.provider), observers.WithSources(
		observers.Source{},
		observers.Source{Name: "a", Metrics: []string{"nowhere"}, Read: read},
		observers.Source{Name: "b", Metrics: []string{"logins"}, Read: read},
		observers.Source{Name: "c", Metrics: []string{"recorded"}, Read: read},
		observers.Source{Name: "d", Metrics: []string{"queue_length"}, Interval: -1, Read: read},
		observers.Source{Name: "e", Metrics: []string{"queue_length"}, Optional: []string{"nowhere"}, Read: read},
		observers.Source{Name: "e", Metrics: []string{"off"}, Read: read},
		observers.Source{Name: "f", Metrics: []string{"queue_length"}, Read: read},
	))
	want := `observers: source "": has no name
observers: source "": sets no metrics; name the gauges of the event map that it sets
observers: source "": has no Read
observers: source "a": instruments: not a gauge to observe: the event map declares no metric "nowhere"; add it under metrics, with instrument: gauge
observers: source "b": instruments: not a gauge to observe: the event map declares "logins" as a counter; only a gauge can be observed
observers: source "c": instruments: not a gauge to observe: an event of the event map records into "recorded"; a gauge has one source
observers: source "d": interval -1ns, timeout 0s; neither can be below zero
observers: source "e": is added twice; give each source a name of its own
observers: source "f": instruments: not a gauge to observe: "queue_length" is observed already; a gauge has one source`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if _, err := observers.Start(b.client, observers.WithInterval(-1)); err == nil {
		t.Error("an interval below zero was taken")
	}
	// Nothing of it is left: the same gauges can be observed.
	o := b.start(observers.WithSources(observers.Source{Name: "e", Metrics: []string{"queue_length", "off"}, Read: read}))
	if err := o.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

// What a source sets is bounded like everything else, and what cannot be a value is counted.
func TestValues(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		o := b.start(observers.WithSources(observers.Source{
			Name: "x", Metrics: []string{"waiting"}, Interval: time.Hour,
			Read: func(_ context.Context, set observers.SetFunc) error {
				set("waiting", 1, "kind", "b")
				set("waiting", 2, "kind", "made up")
				set("waiting", 0.5, "kind", "a")
				set("waiting", 3, "king", "a")
				set("waiting", 4, "kind")
				return nil
			},
		}))
		synctest.Wait()
		b.want(`waiting{kind="b"} 1`, `waiting{kind="other"} 2`, `!waiting{kind="a"} 3`)
		b.want(`otelanalytics_attributes_overflow_total{attribute="kind",metric="waiting"} 1`,
			`otelanalytics_values_refused_total{metric="waiting",reason="not_integer"} 1`,
			`otelanalytics_values_refused_total{metric="waiting",reason="attribute_type"} 2`)
		if err := o.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
