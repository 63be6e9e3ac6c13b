// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// TestMaintain clears what is delivered and removes from quarantine, while nobody else does.
func TestMaintain(t *testing.T) {
	dir := t.TempDir()
	refuse := &scripted{answer: func(_ int, e []eventstore.Event) ([]eventstore.Verdict, error, bool) {
		return []eventstore.Verdict{{Outcome: eventstore.Refused, Reason: "ugly"}}, nil, holdsSpoilt(e)
	}}
	s := openOn(t, refuse, eventstore.Config{Dir: dir, BatchSize: 1})
	addBatch(t, s, batch(t, 10, bson.E{Key: "note", Value: "unmistakable"}), eventstore.AckWritten)
	replayed := make(chan error, 1)
	err := s.Maintain(t.Context(), func(m *eventstore.Maintenance) error {
		short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if err := s.Maintain(short, func(*eventstore.Maintenance) error { return nil }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a second Maintain: %v", err)
		}
		if _, err := s.ReplayQuarantine(short); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a replay meanwhile: %v", err)
		}
		go func() {
			_, err := s.ReplayQuarantine(t.Context())
			replayed <- err
		}()
		if err := m.ClearDelivered(t.Context()); err != nil {
			return err
		}
		if segments, _ := filepath.Glob(filepath.Join(dir, "journal", "*.journal")); len(segments) > 0 {
			t.Errorf("the journal still has %v", segments)
		}
		n, err := m.RemoveQuarantined(func(e eventstore.QuarantinedEvent) bool { return e.Reason == "pretty" })
		if n != 0 || err != nil {
			t.Errorf("removed %d, %v", n, err)
		}
		n, err = m.RemoveQuarantined(func(e eventstore.QuarantinedEvent) bool { return e.Document != nil && e.Reason == "ugly" })
		if n != 1 || err != nil {
			t.Errorf("removed %d, %v", n, err)
		}
		if n, err := m.DamagedSegments(); n != 0 || err != nil {
			t.Errorf("%d copies, %v", n, err)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := <-replayed; err != nil {
		t.Errorf("the replay that waited: %v", err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "quarantine.jsonl")); err != nil || len(text) > 0 {
		t.Errorf("%s, %v", text, err)
	}
	if wrong := errors.New("wrong"); !errors.Is(s.Maintain(t.Context(), func(*eventstore.Maintenance) error { return wrong }), wrong) {
		t.Error("the function's error is not returned")
	}
	_ = shutdown(t, s, time.Minute)
	if err := s.Maintain(t.Context(), func(*eventstore.Maintenance) error { return nil }); !errors.Is(err, eventstore.ErrClosed) {
		t.Errorf("after shutdown: %v", err)
	}
}
