// SPDX-License-Identifier: Apache-2.0

package observers_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"
)

// Sources come and go while the page is scraped: neither waits for the other for ever.
func TestScrapesWhileSourcesAreAdded(t *testing.T) {
	b := newBench(t)
	scraped := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(scraped)
		for {
			select {
			case <-done:
				return
			default:
				b.has("")
			}
		}
	}()
	for range 100 {
		o := b.start()
		if err := o.Observe("queue_length", 0, func(context.Context) (float64, error) { return 1, nil }); err != nil {
			t.Fatal(err)
		}
		if err := o.Observe("nowhere", 0, func(context.Context) (float64, error) { return 1, nil }); err == nil {
			t.Fatal("a gauge that is not declared was taken")
		}
		if err := o.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	close(done)
	<-scraped
}

// Sources that are added at the same time are each read.
func TestSourcesAreAddedConcurrently(t *testing.T) {
	for range 50 {
		b := newBench(t)
		o := b.start()
		var adding, reading sync.WaitGroup
		for _, name := range []string{"queue_length", "waiting"} {
			reading.Add(1)
			adding.Go(func() {
				var once sync.Once
				if err := o.Observe(name, time.Hour, func(context.Context) (float64, error) {
					once.Do(reading.Done)
					return 1, nil
				}); err != nil {
					t.Error(err)
				}
			})
		}
		adding.Wait()
		reading.Wait()
		if err := o.Observe("queue_length", 0, nil); err == nil || !strings.Contains(err.Error(), "has no Read") {
			t.Errorf("got %v for a source without a function", err)
		}
		if err := o.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	}
}
