// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// TestInMemory delivers, deduplicates and suppresses without a data directory, in a working directory that stays empty.
func TestInMemory(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	dir := t.TempDir()
	t.Chdir(dir)
	s := open(t, mongostore.Config{
		URI: server.URI(), Database: db.Name(), Storage: eventstore.Memory, MemoryBytes: 1 << 20, SuppressKey: "a key of sixteen",
	})
	e := event(t)
	for range 2 { // as a job that is delivered twice, to two processes
		r, err := s.Append(t.Context(), e, eventstore.AckStored)
		if err != nil || r.Wait(t.Context()) != nil {
			t.Fatal(err, r.Wait(t.Context()))
		}
	}
	if n, err := db.Collection(mongostore.DefaultCollection).CountDocuments(t.Context(), map[string]any{}); n != 1 || err != nil {
		t.Errorf("%d documents, %v; want 1", n, err)
	}
	if _, err := s.Append(t.Context(), event(t), eventstore.AckSynced); !errors.Is(err, eventstore.ErrNoDisk) {
		t.Errorf("AckSynced: %v", err)
	}
	if _, err := s.Suppress(t.Context(), "u-1"); err != nil {
		t.Fatal(err)
	}
	if err := s.RefreshSuppression(t.Context()); err != nil || !s.Suppressed("u-1") {
		t.Errorf("%v; the user is suppressed: %v", err, s.Suppressed("u-1"))
	}
	if files, err := os.ReadDir(dir); len(files) > 0 || err != nil {
		t.Errorf("it left %v, %v", files, err)
	}
}

// TestInMemoryWithoutMongoDB: Shutdown says what is lost, and why.
func TestInMemoryWithoutMongoDB(t *testing.T) {
	s := open(t, mongostore.Config{URI: "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100", Storage: eventstore.Memory})
	add(t, s, event(t))
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	if err := s.Shutdown(ctx); !errors.Is(err, eventstore.ErrLost) || !strings.Contains(err.Error(), "127.0.0.1:1") {
		t.Errorf("%v; want ErrLost, with why", err)
	}
}
