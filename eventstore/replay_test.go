// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
)

func TestReplayWithoutQuarantine(t *testing.T) {
	s := openOn(t, new(away), eventstore.Config{Dir: t.TempDir()})
	if r, err := s.ReplayQuarantine(t.Context()); err != nil || r != (eventstore.ReplayResult{}) {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestReplayOnAFailingDisk has the fsync of one of several segments fail: no line leaves the file.
func TestReplayOnAFailingDisk(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "quarantine.jsonl")
	const lines = 18 // of a megabyte: two segments
	var text strings.Builder
	for range lines {
		e := event(t, bson.E{Key: "pad", Value: strings.Repeat("x", 1<<20)})
		doc, err := bson.MarshalExtJSON(bson.Raw(e.Document), true, false)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&text, `{"id":%q,"event_type":"e","reason":"r","document":%s}`+"\n", uuid.UUID(e.ID), doc)
	}
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	files := faultfs.New()
	var syncs atomic.Int64
	files.SetHook(func(op faultfs.Op) *faultfs.Fault {
		if op.Kind == faultfs.Sync && syncs.Add(1) == 1 {
			return &faultfs.Fault{Err: syscall.EIO}
		}
		return nil
	})
	s, err := eventstore.OpenOn(new(away), eventstore.Config{Dir: dir, Logger: slog.New(slog.DiscardHandler)}, files)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shutdown(t, s, time.Millisecond) })
	r, err := s.ReplayQuarantine(t.Context())
	if !errors.Is(err, eventstore.ErrNotDurable) || r.Replayed != 0 {
		t.Errorf("got %+v, %v, want ErrNotDurable", r, err)
	}
	left, err := os.ReadFile(file)
	if err != nil || strings.Count(string(left), "\n") != lines {
		t.Errorf("%d lines are left of %d, %v", strings.Count(string(left), "\n"), lines, err)
	}
}

func TestReplayAfterShutdown(t *testing.T) {
	s := openOn(t, new(away), eventstore.Config{Dir: t.TempDir()})
	_ = shutdown(t, s, time.Second)
	if _, err := s.ReplayQuarantine(t.Context()); !errors.Is(err, eventstore.ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
}
