// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"

	"go.mongodb.org/mongo-driver/v2/bson"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// turning is a store that does something before it takes an event, or refuses it.
type turning struct {
	fullAfter
	before func() error

	mu   sync.Mutex // guards docs
	docs []bson.Raw // that it took
}

func (s *turning) Append(_ context.Context, e eventstore.Event, _ otelanalytics.Ack) (eventstore.Receipt, error) {
	if err := s.before(); err != nil {
		return eventstore.Receipt{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.docs = append(s.docs, bson.Raw(append([]byte(nil), e.Document...)))
	return eventstore.Receipt{}, nil
}

func (s *turning) AppendBatch(ctx context.Context, events []eventstore.Event, ack otelanalytics.Ack) (int, eventstore.Receipt, error) {
	r, err := s.Append(ctx, events[0], ack)
	return 1, r, err
}

// switched is a client over such a store, with one metric.
type switched struct {
	*otelanalytics.Client
	store  *turning
	reader *sdkmetric.ManualReader
}

func newSwitched(t *testing.T) *switched {
	t.Helper()
	m := servicetest.Map(t, "version: 1\nmetrics: {sales: {instrument: counter}}\nevents: {sold: {record: [{metric: sales}]}}\n")
	s := &switched{store: &turning{before: func() error { return nil }}, reader: sdkmetric.NewManualReader()}
	client, err := otelanalytics.New(m, otelanalytics.WithStore(s.store), otelanalytics.WithMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(s.reader))))
	if err != nil {
		t.Fatal(err)
	}
	s.Client = client
	return s
}

// check wants so many documents, and the page to count those that say nothing of metrics.
func (s *switched) check(t *testing.T, documents, counted int) {
	t.Helper()
	say := 0
	for _, doc := range s.store.docs {
		if on, said := doc.Lookup(eventdoc.FieldMetrics).BooleanOK(); !said || on {
			say++
		}
	}
	var all metricdata.ResourceMetrics
	if err := s.reader.Collect(context.Background(), &all); err != nil {
		t.Fatal(err)
	}
	page := 0
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			if sum, ok := m.Data.(metricdata.Sum[int64]); ok && m.Name == "sales" {
				for _, p := range sum.DataPoints {
					page += int(p.Value)
				}
			}
		}
	}
	if len(s.store.docs) != documents || say != counted || page != counted {
		t.Errorf("%d documents, of which %d are with metrics, and %d on the page; want %d and %d", len(s.store.docs), say, page, documents, counted)
	}
}

// TestSwitchesAreReadOnce: the document and the page say the same, also when a switch turns while the event is appended.
func TestSwitchesAreReadOnce(t *testing.T) {
	e := otelanalytics.Event{Type: "sold", Key: "k"}
	for name, track := range map[string]func(*switched) error{
		"Track":      func(s *switched) error { return s.Track(t.Context(), e) },
		"TrackBatch": func(s *switched) error { return s.TrackBatch(t.Context(), []otelanalytics.Event{e}) },
		"Module":     func(s *switched) error { return s.Module("shop").Track(t.Context(), e) },
	} {
		for _, on := range []bool{true, false} {
			s := newSwitched(t)
			s.Switches().SetMetrics(on)
			s.store.before = func() error { s.Switches().SetMetrics(!on); return nil }
			if err := track(s); err != nil {
				t.Fatal(err)
			}
			counted := 0
			if on {
				counted = 1
			}
			t.Run(name, func(t *testing.T) { s.check(t, 1, counted) })
		}
	}
}

// TestSwitchesAreReadBehindTheClaim: a call that waits for another one with its key is accepted when that one is refused. By then the
// switch has turned.
func TestSwitchesAreReadBehindTheClaim(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSwitched(t)
		release, first := make(chan struct{}), true
		s.store.before = func() error {
			if !first {
				return nil
			}
			first = false
			<-release
			return eventstore.ErrJournalFull
		}
		var calls sync.WaitGroup
		track := func() { _ = s.Track(t.Context(), otelanalytics.Event{Type: "sold", Key: "k"}) } // one of the two is refused
		calls.Go(track)
		synctest.Wait()
		calls.Go(track)
		synctest.Wait()
		s.Switches().SetMetrics(false)
		close(release)
		calls.Wait()
		s.check(t, 1, 0)
	})
}
