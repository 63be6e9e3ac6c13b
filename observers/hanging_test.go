// SPDX-License-Identifier: Apache-2.0

package observers_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/otelanalytics/otelanalytics-go/observers"
)

func TestSlowSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		var readings atomic.Int64
		var takes atomic.Int64
		takes.Store(int64(5 * time.Second))
		o := b.start(observers.WithInterval(20 * time.Second))
		if err := o.Observe("queue_length", 0, func(context.Context) (float64, error) {
			readings.Add(1)
			time.Sleep(time.Duration(takes.Load()))
			return 1, nil
		}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		if n := readings.Load(); n < 10 || n > 16 {
			t.Errorf("%d readings of 5 s in 10 minutes, want about 12", n)
		}
		b.logged(1, "more than a tenth of its interval")
		takes.Store(0)
		time.Sleep(2 * time.Minute)
		readings.Store(0)
		time.Sleep(10 * time.Minute)
		if n := readings.Load(); n < 26 || n > 34 {
			t.Errorf("%d quick readings in 10 minutes, want about 30", n)
		}
		b.logged(1, "as often as configured again")
		if err := o.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// A reading that ignores its context is down, and told once, from the moment when it is late; it comes back by itself.
func TestReadingThatHangs(t *testing.T) {
	for _, first := range []bool{true, false} { // the first reading hangs, or a later one
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t)
			block, readings := make(chan struct{}), 0
			o := b.start(observers.WithSources(observers.Source{
				Name: "queue", Metrics: []string{"queue_length"}, Interval: time.Minute, Timeout: 5 * time.Second,
				Read: func(_ context.Context, set observers.SetFunc) error {
					if readings++; readings == 2 || first && readings == 1 {
						<-block
					}
					set("queue_length", float64(readings))
					return nil
				},
			}))
			time.Sleep(2 * time.Second)
			if !first {
				b.want(`otelanalytics_observer_up{source="queue"} 1`)
				time.Sleep(70 * time.Second) // the second is under way
			}
			time.Sleep(5 * time.Second)
			for range 10 {
				b.want(`otelanalytics_observer_up{source="queue"} 0`)
				time.Sleep(time.Minute)
			}
			b.logged(1, "no answer within 5s, and the reading is still running although its context has ended")
			b.logged(1, "observer: cannot read")
			close(block)
			time.Sleep(3 * time.Hour)
			b.want(`otelanalytics_observer_up{source="queue"} 1`)
			b.logged(1, "observer: reading again")
			if err := o.Shutdown(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// Readings that end while, and after, Shutdown gives them up find no gauges, and race with nothing.
func TestReadingsThatOutlastShutdown(t *testing.T) {
	for range 50 {
		b := newBench(t)
		o := b.start()
		reading, release := make(chan struct{}), make(chan struct{})
		if err := o.Observe("queue_length", time.Hour, func(context.Context) (float64, error) {
			close(reading)
			<-release
			return 5, nil
		}); err != nil {
			t.Fatal(err)
		}
		<-reading
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		var both sync.WaitGroup
		both.Go(func() { close(release) })
		both.Go(func() { _ = o.Shutdown(ended) })
		both.Wait()
		if err := o.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.want("!queue_length 5")
	}
}
