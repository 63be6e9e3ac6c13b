// SPDX-License-Identifier: Apache-2.0

package observers_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/otelanalytics/otelanalytics-go/observers"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// TestConfiguredSchedule: a configuration switches sources off, and says how often others are read, over what they say
// themselves.
func TestConfiguredSchedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := config.Default()
		cfg.ObserversInterval = 10 * time.Minute
		cfg.ObserversIntervals = map[string]time.Duration{"named": time.Hour}
		cfg.DisabledObservers = []string{"waiting", "queue_length"}
		b := newBench(t)
		var named, general, own, off atomic.Int64
		source := func(name, gauge string, interval time.Duration, count *atomic.Int64) observers.Source {
			return observers.Source{
				Name: name, Metrics: []string{gauge}, Interval: interval,
				Read: func(_ context.Context, set observers.SetFunc) error {
					count.Add(1)
					set(gauge, 1, "kind", "a")
					return nil
				},
			}
		}
		o := b.start(
			observers.WithSources(source("named", "waiting", time.Minute, &named), source("waiting", "not_in_the_map", 0, &off)),
			observers.WithInterval(cfg.ObserversInterval), observers.WithSchedule(cfg.ObserverSchedule))
		never := func(context.Context) (float64, error) { off.Add(1); return 0, nil }
		if err := o.Observe("queue_length", time.Second, never); err != nil {
			t.Fatal(err)
		}
		time.Sleep(150 * time.Minute)
		synctest.Wait()
		if n := named.Load(); n < 3 || n > 4 {
			t.Errorf("read %d times in 2.5 hours, not about every hour", n)
		}
		if off.Load() != 0 {
			t.Errorf("a source that is switched off was read %d times", off.Load())
		}
		b.want(`waiting{kind="a"} 1`, `otelanalytics_observer_up{source="named"} 1`)
		for _, line := range []string{`otelanalytics_observer_up{source="waiting"} 1`, `queue_length 0`} {
			if b.has(line) {
				t.Errorf("the page has %s", line)
			}
		}
		b.logged(1, `msg="observer: switched off" component=otelanalytics subsystem=observers source=queue_length`)
		if err := o.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}

		// Intervals that only the source or only WithInterval says.
		b = newBench(t)
		o = b.start(observers.WithSources(source("own", "waiting", time.Hour, &own), source("general", "off", 0, &general)),
			observers.WithInterval(cfg.ObserversInterval), observers.WithSchedule(cfg.ObserverSchedule))
		time.Sleep(150 * time.Minute)
		synctest.Wait()
		if own.Load() < 3 || own.Load() > 4 || general.Load() < 14 || general.Load() > 18 {
			t.Errorf("read %d times with an interval of an hour, %d times with one of ten minutes, in 2.5 hours", own.Load(), general.Load())
		}
		if err := o.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// TestScheduleOfTheZeroConfig reads every source, each minute where it has no interval of its own.
func TestScheduleOfTheZeroConfig(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var cfg config.Config
		b := newBench(t)
		var reads atomic.Int64
		o := b.start(observers.WithInterval(cfg.ObserversInterval), observers.WithSchedule(cfg.ObserverSchedule),
			observers.WithSources(observers.Source{
				Name: "waiting", Metrics: []string{"waiting"},
				Read: func(context.Context, observers.SetFunc) error { reads.Add(1); return nil },
			}))
		time.Sleep(time.Hour)
		synctest.Wait()
		if n := reads.Load(); n < 50 || n > 70 {
			t.Errorf("read %d times in an hour, want about every minute", n)
		}
		if err := o.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestScheduleBelowZero(t *testing.T) {
	b := newBench(t)
	_, err := observers.Start(b.client.Module("observers"), observers.WithMeterProvider(b.provider),
		observers.WithSchedule(func(string) (time.Duration, bool) { return -time.Second, true }),
		observers.WithSources(observers.Source{Name: "a", Metrics: []string{"waiting"}, Read: func(context.Context, observers.SetFunc) error { return nil }}))
	if err == nil || !strings.Contains(err.Error(), `source "a": the schedule returns -1s; it must be above zero`) {
		t.Errorf("got %v", err)
	}
}
