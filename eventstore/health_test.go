// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

func TestHealth(t *testing.T) {
	server := mongotest.Start(t)
	s := open(t, mongostore.Config{URI: server.URI(), Database: server.Database(t).Name(), Dir: t.TempDir()})
	if h := s.Health(t.Context()); h != (eventstore.Health{SinkName: "mongodb"}) {
		t.Errorf("%+v, want nothing to complain of", h)
	}
	if err := shutdown(t, s, time.Minute); err != nil {
		t.Fatal(err)
	}
	if h := s.Health(t.Context()); h.JournalError != eventstore.ErrClosed.Error() || h.SinkError != "not asked, since the store was shut down" || h.SinkName != "mongodb" {
		t.Errorf("%+v after shutdown", h)
	}
}

func TestHealthWhileMongoDBIsAway(t *testing.T) {
	before := time.Now()
	s := open(t, mongostore.Config{URI: nowhere, Dir: t.TempDir(), SyncInterval: time.Hour})
	add(t, s, event(t))
	var h eventstore.Health
	eventually(t, func() bool {
		h = s.Health(t.Context())
		return h.LastError != ""
	})
	if h.JournalError != "" || h.SinkError == "" || h.Pending != 1 || h.OldestAge <= 0 || h.LastErrorAt.Before(before) {
		t.Errorf("%+v", h)
	}
	if strings.Contains(h.SinkError+h.LastError, "s3cret") {
		t.Errorf("a secret in %+v", h)
	}
}

// eventually calls f until it returns true, or fails the test after a minute. f waits by itself.
func eventually(t *testing.T, f func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !f(); {
		if time.Now().After(end) {
			t.Fatal("it did not come about within a minute")
		}
	}
}

// TestHealthOfADirectoryThatIsGone has the operating system refuse appends, and then take them again.
func TestHealthOfADirectoryThatIsGone(t *testing.T) {
	dir := t.TempDir()
	s := open(t, mongostore.Config{URI: nowhere, Dir: dir})
	away := filepath.Join(dir, "away")
	if err := os.Rename(filepath.Join(dir, "journal"), away); err != nil {
		t.Skip("TestHealthOfADirectoryThatIsGone: this system does not rename a directory in use: ", err)
	}
	if _, err := s.Append(t.Context(), event(t), eventstore.AckWritten); err == nil {
		t.Skip("TestHealthOfADirectoryThatIsGone: this system creates files in a directory that is gone")
	}
	if h := s.Health(t.Context()); !strings.Contains(h.JournalError, "removed or replaced") {
		t.Errorf("%+v, want what happened to the directory", h)
	}
	if err := os.Rename(away, filepath.Join(dir, "journal")); err != nil {
		t.Fatal(err)
	}
	addBatch(t, s, batch(t, 2), eventstore.AckWritten)
	if h := s.Health(t.Context()); h.JournalError != "" {
		t.Errorf("%+v after an append that worked", h)
	}
}

// TestLogSaysWhichHalf: every record has the component and the subsystem that its message begins with.
func TestLogSaysWhichHalf(t *testing.T) {
	var log safeBuffer
	dir := t.TempDir()
	for range 2 {
		s := open(t, mongostore.Config{URI: nowhere, Dir: dir, Logger: slog.New(slog.NewJSONHandler(&log, nil))})
		add(t, s, event(t))
		eventually(t, func() bool {
			s.Health(t.Context())
			return strings.Contains(log.String(), "cannot write")
		})
		_ = shutdown(t, s, time.Millisecond)
	}
	seen := make(map[string]bool)
	for line := range bytes.Lines([]byte(log.String())) {
		var record struct{ Msg, Component, Subsystem string }
		if err := json.Unmarshal(line, &record); err != nil {
			t.Fatal(err)
		}
		if record.Component != "otelanalytics" || !strings.HasPrefix(record.Msg, record.Subsystem) || record.Subsystem == "" {
			t.Errorf("%s", line)
		}
		seen[record.Subsystem] = true
	}
	if !seen["journal"] || !seen["mongodb"] {
		t.Errorf("both halves should have logged:\n%s", &log)
	}
}
