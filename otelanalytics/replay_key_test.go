// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// heldUp are data that are encoded when the test says so: until then, a call holds the Key of its event.
type heldUp struct {
	begun, may chan struct{}
	err        error
}

func (s heldUp) MarshalBSON() ([]byte, error) {
	close(s.begun)
	<-s.may
	if s.err != nil {
		return nil, s.err
	}
	return bson.Marshal(wrong("EUR"))
}

// telling is a sink that says when it has got events.
type telling struct {
	eventstore.Sink
	got chan struct{}
}

func (s telling) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	verdicts, err := s.Sink.Deliver(ctx, events)
	select {
	case s.got <- struct{}{}:
	default:
	}
	return verdicts, err
}

// TestReplayBesideACallWithTheKey: the context of a replay ends while another call holds the Key of the event. One of the two counts.
func TestReplayBesideACallWithTheKey(t *testing.T) {
	for name, err := range map[string]error{"the call's event is accepted": nil, "it is refused": errors.New("no data")} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			q := startQuarantining(t, dir, "", eventstore.Config{})
			event := func(data any) otelanalytics.Event {
				return otelanalytics.Event{Type: "paid", UserID: "u", Key: "k", Data: data}
			}
			if err := q.client.Track(t.Context(), event(wrong("CHF"))); err != nil {
				t.Fatal(err)
			}
			q.flush()
			if err := q.client.Shutdown(t.Context()); err != nil {
				t.Fatal(err)
			}
			got := make(chan struct{}, 1)
			q = startQuarantiningOn(t, strings.ReplaceAll(quarantineMap, "MORE", ", CHF"), dir, eventstore.Config{}, func(s eventstore.Sink) eventstore.Sink {
				return telling{s, got}
			})
			data := heldUp{make(chan struct{}), make(chan struct{}), err}
			tracked := make(chan error)
			go func() { tracked <- q.client.Track(context.Background(), event(data)) }()
			<-data.begun

			ctx, cancel := context.WithCancel(t.Context())
			replayed := make(chan error)
			go func() {
				_, err := q.client.ReplayQuarantine(ctx)
				replayed <- err
			}()
			<-got // the event is in the journal: only the metrics are left to do
			cancel()
			if err := <-replayed; err != nil {
				t.Fatal(err)
			}
			close(data.may)
			if got := <-tracked; (got != nil) != (err != nil) {
				t.Fatal(got)
			}
			q.flush()
			if err == nil {
				q.has(`orders_total{currency="EUR"} 1`, `orders_total{currency="CHF"} 0`)
			} else {
				q.has(`orders_total{currency="EUR"} 0`, `orders_total{currency="CHF"} 1`)
			}
		})
	}
}
