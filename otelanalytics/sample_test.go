// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"sync/atomic"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

const sampleMap = `version: 1
metrics:
  views: {instrument: counter}
  orders: {instrument: counter}
events:
  "page.*": {record: [{metric: views}]}
  order: {record: [{metric: orders}], on_violation: quarantine, data: {total: {type: double}}}
`

// watching is a sink that is told of what it does not get.
type watching struct {
	*memsink.Sink
	passed atomic.Int64
	panics bool
}

func (w *watching) PassOver(e eventstore.Event) {
	rate, _ := bson.Raw(e.Document).Lookup("sample_rate").DoubleOK()
	if rate != 0.25 || e.Type != "page.*" {
		panic("another event")
	}
	w.passed.Add(1)
	if w.panics {
		panic("s3cret")
	}
}

func sampling(t *testing.T, sink *watching) (*otelanalytics.Client, *analyticstest.Recorder) {
	t.Helper()
	m := servicetest.Map(t, sampleMap)
	store, err := eventstore.Open(t.Context(), sink, eventstore.Config{Dir: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Shutdown(context.Background()) })
	rec := analyticstest.New(t, m, otelanalytics.WithStore(store))
	return rec.Client, rec
}

var quarter = map[string]float64{"page.*": 0.25}

// TestStoreSample: a part of the events is stored, metrics and who watches get all, and nothing is missing in the sums.
func TestStoreSample(t *testing.T) {
	const n = 2_000
	for name, batch := range map[string]bool{"one by one": false, "in batches": true} {
		t.Run(name, func(t *testing.T) {
			sink := &watching{Sink: memsink.New()}
			client, rec := sampling(t, sink)
			results := map[otelanalytics.Result]int{}
			for i := 0; i < n; i += 10 {
				events := make([]otelanalytics.Event, 11)
				for j := range events {
					events[j] = otelanalytics.Event{Type: "page.home", UserID: fmt.Sprint(i + j)}
				}
				events[10].Type = "order" // which is stored whole
				if batch {
					var all []otelanalytics.Outcome
					if err := client.TrackBatch(t.Context(), events, otelanalytics.WithStoreSample(quarter), otelanalytics.WithOutcomes(&all)); err != nil {
						t.Fatal(err)
					}
					for _, o := range all {
						results[o.Result]++
					}
					continue
				}
				for _, e := range events {
					var o otelanalytics.Outcome
					if err := client.Track(t.Context(), e, otelanalytics.WithStoreSample(quarter), otelanalytics.WithOutcome(&o)); err != nil {
						t.Fatal(err)
					}
					results[o.Result]++
				}
			}
			if err := client.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			pages, orders := 0, 0
			for _, e := range sink.Events() {
				rate, said := bson.Raw(e.Document).Lookup("sample_rate").DoubleOK()
				if e.Type == "order" {
					orders++
				} else {
					pages++
				}
				if said != (e.Type == "page.*") || said && rate != 0.25 {
					t.Errorf("%s: sample_rate %v", e.Type, rate)
				}
			}
			s := client.Stats()
			if math.Abs(float64(pages)-n/4) > 6*math.Sqrt(n*.25*.75) || orders != n/10 || sink.passed.Load() != int64(n-pages) || s.SampledOut != int64(n-pages) {
				t.Errorf("%d pages and %d orders are stored, %d passed over, %d sampled out", pages, orders, sink.passed.Load(), s.SampledOut)
			}
			if s.Accepted != int64(pages+orders) || s.Stored != s.Accepted || results[otelanalytics.ResultRecorded] != n-pages {
				t.Errorf("%+v, %v", s, results)
			}
			if got := rec.Delta("views"); got != n {
				t.Errorf("%v views are counted", got)
			}
		})
	}
}

// TestStoreSampleDecidesByKey: an event that comes again in another process is stored again, or left out again.
func TestStoreSampleDecidesByKey(t *testing.T) {
	var stored [2]map[string]bool
	for i := range stored {
		stored[i] = map[string]bool{}
		sink := &watching{Sink: memsink.New()}
		client, _ := sampling(t, sink)
		for n := range 200 {
			e := otelanalytics.Event{Type: "page.home", Key: fmt.Sprint(n)}
			for range 2 { // a retry in one process counts nowhere
				if err := client.Track(t.Context(), e, otelanalytics.WithStoreSample(quarter)); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := client.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, e := range sink.Events() {
			stored[i][bson.Raw(e.Document).Lookup("key").StringValue()] = true
		}
		if s := client.Stats(); s.Duplicate != 200 || s.SampledOut+s.Stored != 200 {
			t.Errorf("%+v", s)
		}
	}
	if len(stored[0]) == 0 || fmt.Sprint(stored[0]) != fmt.Sprint(stored[1]) {
		t.Errorf("%v\n%v", stored[0], stored[1])
	}
}

// TestStoreSampleOfQuarantine: what is quarantined is kept whole, and stands for itself.
func TestStoreSampleOfQuarantine(t *testing.T) {
	sink := &watching{Sink: memsink.New()}
	client, rec := sampling(t, sink)
	for range 50 {
		var o otelanalytics.Outcome
		err := client.Track(t.Context(), otelanalytics.Event{Type: "order", Data: map[string]any{"total": "x"}},
			otelanalytics.WithStoreSample(map[string]float64{"order": 0.01}), otelanalytics.WithOutcome(&o))
		if err != nil || o.Result != otelanalytics.ResultQuarantined {
			t.Fatalf("%v, %v", o, err)
		}
	}
	if n := len(rec.Violations()); n == 0 {
		t.Error("no violation")
	}
}

// TestStoreSampleRates: a rate that is none is an error, 1 is everything, and a sink that panics harms nobody.
func TestStoreSampleRates(t *testing.T) {
	sink := &watching{Sink: memsink.New(), panics: true}
	client, _ := sampling(t, sink)
	page := otelanalytics.Event{Type: "page.home"}
	for _, rate := range []float64{0, -1, 1.5, math.NaN(), math.Inf(1)} {
		err := client.Track(t.Context(), page, otelanalytics.WithStoreSample(map[string]float64{"page.*": rate}))
		if err == nil || !strings.Contains(err.Error(), `the rate of "page.*" is`) {
			t.Errorf("%v: %v", rate, err)
		}
	}
	err := client.Track(t.Context(), page, otelanalytics.WithStoreSample(map[string]float64{"page.*": 1, "order": 7}), nil)
	if err != nil || client.Stats().SampledOut != 0 {
		t.Errorf("%v, %+v", err, client.Stats())
	}
	for range 40 {
		if err := client.Track(t.Context(), page, otelanalytics.WithStoreSample(quarter)); err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	if sink.passed.Load() == 0 || client.Stats().SampledOut != sink.passed.Load() {
		t.Errorf("%d passed over, %+v", sink.passed.Load(), client.Stats())
	}
}
