// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

func TestHealth(t *testing.T) {
	server := mongotest.Start(t)
	s := open(t, mongostore.Config{URI: server.URI(), Database: server.Database(t).Name(), Dir: t.TempDir()})
	if h := s.Health(t.Context()); !reflect.DeepEqual(h, eventstore.Health{SinkName: "mongodb"}) {
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

// TestLogSaysWhichHalf: every record has the component and the subsystem that its message begins with.
func TestLogSaysWhichHalf(t *testing.T) {
	var log servicetest.Log
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
