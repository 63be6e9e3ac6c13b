// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

func order(n int, key string) otelanalytics.Event {
	return otelanalytics.Event{Type: "order.placed", Key: key, UserID: "u", Data: map[string]any{"n": n}}
}

func TestBatchIsStoredAndRecorded(t *testing.T) {
	s := start(t, mongotest.Start(t))
	var events []otelanalytics.Event
	for i := range 500 {
		events = append(events, order(i, ""))
	}
	for _, ack := range []otelanalytics.Ack{otelanalytics.AckWritten, otelanalytics.AckSynced, otelanalytics.AckStored} {
		if err := s.client.TrackBatch(t.Context(), events, otelanalytics.WithAck(ack)); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(s.documents()); got != 1500 {
		t.Errorf("%d documents, want 1500", got)
	}
	s.balanced()
	if st := s.client.Stats(); st.Accepted != 1500 {
		t.Errorf("%+v, want 1500 accepted", st)
	}
	if page := s.page(""); !strings.Contains(servicetest.Lines(page, "orders_total"), " 1500\n") {
		t.Errorf("want 1500 orders:\n%s", servicetest.Lines(page, "orders_total"))
	}
}

func TestBatchErrors(t *testing.T) {
	rec := analyticstest.New(t, parse(t), otelanalytics.WithStrict())
	err := rec.Client.TrackBatch(t.Context(), []otelanalytics.Event{
		order(0, ""),
		{Type: ""},
		order(2, ""),
		{Type: "order.placed", Data: map[string]any{"f": func() {}}},
		{Type: "nobody declared this"},
		order(5, ""),
		{Type: "request", Data: map[string]any{"method": "GET"}}, // not stored
	})
	var batch *otelanalytics.BatchError
	if !errors.As(err, &batch) {
		t.Fatalf("error %v, want a BatchError", err)
	}
	var at []int
	for _, e := range batch.Errors {
		at = append(at, e.Index)
	}
	if !slices.Equal(at, []int{1, 3, 4}) || batch.Total != 7 {
		t.Errorf("refused: %v of %d, want 1, 3 and 4 of 7", at, batch.Total)
	}
	var invalid *otelanalytics.InvalidEventError
	if !errors.As(err, &invalid) || !errors.Is(err, otelanalytics.ErrUnknownEvent) {
		t.Errorf("errors.As and errors.Is do not find the errors of the events in %v", err)
	}
	const want = `otelanalytics: 3 of 7 events not accepted; the first, number 1: otelanalytics: event "": event_type: is empty; name what happened`
	if err.Error() != want {
		t.Errorf("%s, want %s", err, want)
	}
	var stored []any
	for _, e := range rec.Events("order.placed") {
		stored = append(stored, e.Data["n"])
	}
	if !slices.Equal(stored, []any{0, 2, 5}) {
		t.Errorf("stored: %v, want 0, 2, 5 in this order", stored)
	}
	if got := rec.Delta("requests"); got != 1 {
		t.Errorf("%v requests recorded, want 1", got)
	}
	if st := rec.Client.Stats(); st.Accepted != 3 || st.Rejected != 3 {
		t.Errorf("%+v, want 3 accepted and 3 rejected", st)
	}
}

func TestBatchKeys(t *testing.T) {
	rec := analyticstest.New(t, parse(t))
	if err := rec.Client.Track(t.Context(), order(0, "a")); err != nil {
		t.Fatal(err)
	}
	err := rec.Client.TrackBatch(t.Context(), []otelanalytics.Event{
		order(1, "b"), order(2, "a"), order(3, "b"), order(4, ""), order(5, "c"), order(6, "b"),
	})
	if err != nil {
		t.Fatal(err)
	}
	var stored []any
	for _, e := range rec.Events("order.placed") {
		stored = append(stored, e.Data["n"])
	}
	if !slices.Equal(stored, []any{0, 1, 4, 5}) {
		t.Errorf("stored: %v, want 0, 1, 4, 5", stored)
	}
	if got := rec.Delta("orders"); got != 4 {
		t.Errorf("%v orders recorded, want 4", got)
	}
	if st := rec.Client.Stats(); st.Accepted != 4 || st.Duplicate != 3 {
		t.Errorf("%+v, want 4 accepted and 3 duplicates", st)
	}
}

// TestBatchesWithTheSameKeys would hang if batches took keys in the order of their events.
func TestBatchesWithTheSameKeys(t *testing.T) {
	rec := analyticstest.New(t, parse(t))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var wg sync.WaitGroup
	for range 8 {
		for _, reverse := range []bool{false, true} {
			wg.Go(func() {
				for round := range 50 {
					var events []otelanalytics.Event
					for i := range 20 {
						events = append(events, order(i, fmt.Sprint(round, "/", i)))
					}
					if reverse {
						slices.Reverse(events)
					}
					if err := rec.Client.TrackBatch(ctx, events); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	wg.Wait()
	if got := len(rec.Events("order.placed")); got != 50*20 {
		t.Errorf("%d events stored, want one for each of 1000 keys", got)
	}
}

// fullAfter is a store whose journal takes so many events more.
type fullAfter struct {
	otelanalytics.Store
	left int
}

func (s *fullAfter) AppendBatch(_ context.Context, events []eventstore.Event, _ otelanalytics.Ack) (int, eventstore.Receipt, error) {
	if n := s.left; n < len(events) {
		s.left = 0
		return n, eventstore.Receipt{}, eventstore.ErrJournalFull
	}
	s.left -= len(events)
	return len(events), eventstore.Receipt{}, nil
}

func (s *fullAfter) Append(ctx context.Context, e eventstore.Event, ack otelanalytics.Ack) (eventstore.Receipt, error) {
	_, receipt, err := s.AppendBatch(ctx, []eventstore.Event{e}, ack)
	return receipt, err
}

func (s *fullAfter) Flush(context.Context) error                           { return nil }
func (s *fullAfter) Shutdown(context.Context) error                        { return nil }
func (s *fullAfter) Await(uint64, otelanalytics.Ack) eventstore.Receipt    { return eventstore.Receipt{} }
func (s *fullAfter) OnInsertAttempt(func(eventstore.InsertAttempt)) func() { return func() {} }
func (s *fullAfter) OnUnstored(func([]eventstore.Unstored)) func()         { return func() {} }
func (s *fullAfter) TakesAck(otelanalytics.Ack) error                      { return nil }
func (s *fullAfter) Suppressing() bool                                     { return false }
func (s *fullAfter) MaxEventBytes() (int, string)                          { return eventstore.MaxDocumentBytes, "" }
func (s *fullAfter) Stats() eventstore.Stats                               { return eventstore.Stats{} }

func TestBatchThatFillsTheJournal(t *testing.T) {
	store := &fullAfter{left: 2}
	client, err := otelanalytics.New(parse(t), otelanalytics.WithStore(store))
	if err != nil {
		t.Fatal(err)
	}
	batch := []otelanalytics.Event{order(0, "a"), order(1, "b"), order(2, "c"), order(3, "c"), order(4, "d")}
	err = client.TrackBatch(t.Context(), batch)
	var refused *otelanalytics.BatchError
	if !errors.As(err, &refused) || len(refused.Errors) != 3 || refused.Errors[0].Index != 2 || !errors.Is(err, otelanalytics.ErrJournalFull) {
		t.Fatalf("error %v, want ErrJournalFull for the events 2, 3 and 4", err)
	}
	// What was refused can be tracked again with its key; what was accepted is not stored twice.
	store.left = 2
	if err := client.TrackBatch(t.Context(), batch); err != nil {
		t.Errorf("the same batch again: %v", err)
	}
	if st := client.Stats(); st.Accepted != 4 || st.Rejected != 3 || st.Duplicate != 3 || store.left != 0 {
		t.Errorf("%+v, want 4 accepted, 3 rejected and 3 duplicates", st)
	}
}

func TestBatchOfNothing(t *testing.T) {
	rec := analyticstest.New(t, parse(t))
	if err := rec.Client.TrackBatch(t.Context(), nil); err != nil {
		t.Error(err)
	}
}

func TestBatchAfterShutdown(t *testing.T) {
	hooked := false
	rec := analyticstest.New(t, parse(t), otelanalytics.WithBeforeTrack(func(context.Context, *otelanalytics.Event) bool {
		hooked = true
		return true
	}))
	if err := rec.Client.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := rec.Client.TrackBatch(t.Context(), []otelanalytics.Event{order(0, ""), order(1, "")})
	var refused *otelanalytics.BatchError
	if !errors.As(err, &refused) || len(refused.Errors) != 2 || !errors.Is(err, otelanalytics.ErrClosed) {
		t.Errorf("error %v, want ErrClosed for both", err)
	}
	if err := rec.Client.Track(t.Context(), order(2, "")); !errors.Is(err, otelanalytics.ErrClosed) {
		t.Errorf("error %v, want ErrClosed", err)
	}
	if st := rec.Client.Stats(); st.Rejected != 3 || hooked {
		t.Errorf("%+v, hook called: %v; want 3 rejected, before the hook", st, hooked)
	}
}

// vague is a store that takes the first event of a batch and does not say why no more.
type vague struct{ fullAfter }

func (v *vague) AppendBatch(context.Context, []eventstore.Event, otelanalytics.Ack) (int, eventstore.Receipt, error) {
	return 1, eventstore.Receipt{}, nil
}

func TestStoreThatTakesAPartWithoutAnError(t *testing.T) {
	client, err := otelanalytics.New(parse(t), otelanalytics.WithStore(new(vague)))
	if err != nil {
		t.Fatal(err)
	}
	var batch *otelanalytics.BatchError
	err = client.TrackBatch(t.Context(), []otelanalytics.Event{{Type: "page_viewed"}, {Type: "page_viewed"}})
	if !errors.As(err, &batch) || len(batch.Errors) != 1 || batch.Errors[0].Index != 1 {
		t.Errorf("got %v", err)
	}
}
