// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

func stored(key string) otelanalytics.Event {
	return otelanalytics.Event{Type: "page_viewed", Key: key}
}

func recorded(key string) otelanalytics.Event {
	return otelanalytics.Event{Type: "request", Key: key}
}

func bad(key string) otelanalytics.Event {
	return otelanalytics.Event{Type: "page_viewed", Key: key, Data: 5}
}

// of returns the event as one of a user.
func of(user string, e otelanalytics.Event) otelanalytics.Event {
	e.UserID = user
	return e
}

// TestEventsWithOneKeyInABatch wants of a batch what Track would have done with its events, one after the other.
func TestEventsWithOneKeyInABatch(t *testing.T) {
	for _, tt := range []struct {
		name   string
		room   int // in the journal
		events []otelanalytics.Event
		want   string
	}{
		{"twice", 9, []otelanalytics.Event{stored("b"), stored("b")}, "accepted duplicate"},
		{"twice with store: false", 9, []otelanalytics.Event{recorded("b"), recorded("b")}, "recorded duplicate"},
		{"two types", 9, []otelanalytics.Event{stored("b"), recorded("b"), stored("b")}, "accepted recorded duplicate"},
		{"two users", 9, []otelanalytics.Event{stored("b"), of("u", stored("b")), of("v", stored("b")), of("u", stored("b"))}, "accepted accepted accepted duplicate"},
		{"refused, then stored, then a third", 9, []otelanalytics.Event{bad("b"), stored("b"), stored("b")}, "none accepted duplicate"},
		{"bad data behind an accepted one", 9, []otelanalytics.Event{stored("b"), bad("b")}, "accepted duplicate"},
		{"both refused", 9, []otelanalytics.Event{bad("b"), stored("a"), bad("b")}, "none accepted none"},
		{"no room for the first, store: false behind it", 0, []otelanalytics.Event{stored("b"), recorded("b"), stored("b"), recorded("b")}, "none recorded none duplicate"},
		{"no room for any", 0, []otelanalytics.Event{stored("b"), stored("b"), stored("")}, "none none none"},
		{"room for the first", 1, []otelanalytics.Event{stored("b"), stored("a"), stored("b"), stored("a")}, "accepted none duplicate none"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			store := &fullAfter{left: tt.room}
			client, err := otelanalytics.New(parse(t), otelanalytics.WithStore(store))
			if err != nil {
				t.Fatal(err)
			}
			var outcomes []otelanalytics.Outcome
			err = client.TrackBatch(t.Context(), tt.events, otelanalytics.WithOutcomes(&outcomes))
			if got := results(outcomes); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if (err == nil) == strings.Contains(tt.want, "none") {
				t.Errorf("error %v", err)
			}
			if n := tt.room - store.left; n != strings.Count(tt.want, "accepted") {
				t.Errorf("%d events appended", n)
			}
		})
	}
}

func results(outcomes []otelanalytics.Outcome) string {
	words := make([]string, len(outcomes))
	for i, o := range outcomes {
		words[i] = o.Result.String()
	}
	return strings.Join(words, " ")
}

// TestStoredEventOfAPairIsInMongoDB waits until MongoDB has the event, though another one with store: false has its key.
func TestStoredEventOfAPairIsInMongoDB(t *testing.T) {
	s := start(t, mongotest.Start(t))
	err := s.client.TrackBatch(t.Context(), []otelanalytics.Event{stored("b"), recorded("b")}, otelanalytics.WithAck(otelanalytics.AckStored))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(s.documents()); n != 1 {
		t.Errorf("%d documents, want 1", n)
	}
	s.balanced()
}

// TestBatchIsAsGoodAsSingleCalls tracks random events in batches with one client and one by one with another, and
// compares everything that can be seen.
func TestBatchIsAsGoodAsSingleCalls(t *testing.T) {
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 1))
		hook := func(_ context.Context, e *otelanalytics.Event) bool { return e.UserID != "bot" }
		batched := analyticstest.New(t, parse(t), otelanalytics.WithStrict(), otelanalytics.WithBeforeTrack(hook))
		single := analyticstest.New(t, parse(t), otelanalytics.WithStrict(), otelanalytics.WithBeforeTrack(hook))
		for range 3 {
			events := randomEvents(random)
			var got, want []otelanalytics.Outcome
			err := batched.Client.TrackBatch(t.Context(), events, otelanalytics.WithOutcomes(&got))
			gotErrs, wantErrs := make([]string, len(events)), make([]string, len(events))
			var refused *otelanalytics.BatchError
			if errors.As(err, &refused) {
				for _, e := range refused.Errors {
					gotErrs[e.Index] = e.Err.Error()
				}
			}
			for i, e := range events {
				var o otelanalytics.Outcome
				if err := single.Client.Track(t.Context(), e, otelanalytics.WithOutcome(&o)); err != nil {
					wantErrs[i] = err.Error()
				}
				want = append(want, o)
			}
			if results(got) != results(want) || !slices.Equal(gotErrs, wantErrs) {
				t.Fatalf("seed %d: events %+v\nbatch:  %s %q\nsingle: %s %q", seed, events, results(got), gotErrs, results(want), wantErrs)
			}
		}
		for _, rec := range []*analyticstest.Recorder{single, batched} {
			if err := rec.Client.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(single.Client.Stats(), batched.Client.Stats()); diff != "" {
			t.Errorf("seed %d: (-single +batch)\n%s", seed, diff)
		}
		if diff := cmp.Diff(numbers(single), numbers(batched)); diff != "" {
			t.Errorf("seed %d: stored (-single +batch)\n%s", seed, diff)
		}
		for _, metric := range []string{"user_logins", "requests"} {
			if a, b := single.Delta(metric), batched.Delta(metric); a != b {
				t.Errorf("seed %d: %s: single %v, batch %v", seed, metric, a, b)
			}
		}
	}
}

// numbers are what is stored, in order.
func numbers(rec *analyticstest.Recorder) []any {
	var all []any
	for _, e := range rec.Events("") {
		all = append(all, e.Data["n"])
	}
	return all
}

func randomEvents(random *rand.Rand) []otelanalytics.Event {
	events := make([]otelanalytics.Event, random.IntN(8))
	for i := range events {
		e := &events[i]
		e.Type = []string{"user_logged_in", "request", "page_viewed", "not declared", ""}[min(random.IntN(9), 8)%5]
		e.Key = []string{"", "a", "b", "c"}[random.IntN(4)]
		e.Data = map[string]any{"n": random.Int32()}
		switch random.IntN(8) {
		case 0:
			e.UserID = "bot"
		case 1:
			e.Data = map[string]any{"n": make(chan int)}
		}
	}
	return events
}

// TestBatchesOfBothKindsWithTheSameKeys would hang if events with store: false took their keys apart from the others.
func TestBatchesOfBothKindsWithTheSameKeys(t *testing.T) {
	rec := analyticstest.New(t, parse(t))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for round := range 50 {
				var events []otelanalytics.Event
				for i := range 20 {
					key := fmt.Sprint(round, "/", i)
					if (i+worker)%2 == 0 {
						events = append(events, stored(key))
					} else {
						events = append(events, recorded(key))
					}
				}
				if worker%4 > 1 {
					slices.Reverse(events)
				}
				if err := rec.Client.TrackBatch(ctx, events); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got := float64(len(rec.Events("page_viewed"))) + rec.Delta("requests"); got != 2*50*20 {
		t.Errorf("%v events stored or recorded, want two for each of 1000 keys: one of each type", got)
	}
}
