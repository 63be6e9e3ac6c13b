// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/queuetest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// TestQuarantineThatCannotBeWritten delays the refused event, and no other.
func TestQuarantineThatCannotBeWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		var log servicetest.Log
		sink := sinkFunc(func(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
			return verdictsOf(events, func(n int64) eventstore.Outcome {
				if n == 0 {
					return eventstore.Refused
				}
				return eventstore.Stored
			}), nil
		})
		obstacle := filepath.Join(dir, "quarantine.jsonl")
		if err := os.Mkdir(obstacle, 0o700); err != nil {
			t.Fatal(err)
		}
		s := openOn(t, sink, eventstore.Config{Dir: dir, BatchSize: 1, Logger: log.Logger()})
		addBatch(t, s, batch(t, 1_000), eventstore.AckWritten)
		if err := s.Await(1_000, eventstore.AckStored).Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(50 * time.Second) // a minute later a line tells that it lasts
		if strings.Contains(log.String(), "can be written again") {
			t.Errorf("while it cannot be written:\n%s", &log)
		}
		if st := s.Stats(); st.Errors["quarantine"] == 0 || queuetest.Sum(st.Quarantined) > 0 || st.Pending < 1 {
			t.Errorf("%+v", st)
		}
		if err := os.Remove(obstacle); err != nil {
			t.Fatal(err)
		}
		flush(t, s)
		if st := s.Stats(); st.Pending != 0 || queuetest.Sum(st.Quarantined) != 1 {
			t.Errorf("%+v", st)
		}
		if n := strings.Count(log.String(), "cannot be written"); n != 1 || !strings.Contains(log.String(), "can be written again") {
			t.Errorf("%d lines say that it cannot be written:\n%s", n, &log)
		}
	})
}

// TestConditionsInTheLog goes through an outage of two kinds and many refused events: a line each.
func TestConditionsInTheLog(t *testing.T) {
	events := batch(t, 2_000)
	synctest.Test(t, func(t *testing.T) {
		var log servicetest.Log
		began := time.Now()
		sink := sinkFunc(func(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
			switch past := time.Since(began); {
			case past < time.Minute:
				return nil, &eventstore.DeliveryError{Kind: "network", Err: errors.New("refused")}
			case past < 5*time.Minute:
				return nil, &eventstore.DeliveryError{Kind: "authentication", Err: errors.New("wrong password")}
			}
			return verdictsOf(events, func(n int64) eventstore.Outcome {
				if n < 1_000 {
					return eventstore.Refused
				}
				return eventstore.Stored
			}), nil
		})
		s := openOn(t, sink, eventstore.Config{Dir: t.TempDir(), BatchSize: 10, Logger: log.Logger()})
		addBatch(t, s, events, eventstore.AckWritten)
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if err := s.Flush(ctx); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Minute)
		for text, want := range map[string][2]int{
			"cannot write":         {2, 2}, // network, authentication
			"still not writing":    {3, 5},
			"kind=authentication":  {4, 6},
			"writing again":        {1, 1},
			"event quarantined":    {1, 1},
			"no event was quarant": {1, 1},
			"total=1000":           {1, 1},
		} {
			if n := strings.Count(log.String(), text); n < want[0] || n > want[1] {
				t.Errorf("%d times %q, want %v", n, text, want)
			}
		}
		if t.Failed() {
			t.Logf("\n%s", &log)
		}
		_ = shutdown(t, s, time.Minute)
	})
}
