// SPDX-License-Identifier: Apache-2.0

package doctor_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// Where processes have their directories side by side, the checks are about all of them.
func TestDirectoriesOfProcesses(t *testing.T) {
	s := newService(t)
	s.sell(1)
	parent := filepath.Join(t.TempDir(), "side by side")
	if err := os.Mkdir(parent, 0o700); err != nil {
		t.Fatal(err)
	}
	auto := eventstore.DirAuto + ":" + parent
	r := s.examine("--data-dir", auto)
	r.want("journal", "ok", "no journal at the moment")
	r.want("journal_open", "ok", "no process runs")
	r.want("pending", "ok")
	var all []*mongostore.Store
	for range 3 {
		store, err := mongostore.Open(t.Context(), mongostore.Config{
			URI: "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100", Dir: auto, Logger: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			t.Fatal(err)
		}
		id := uuid.New()
		doc, err := bson.Marshal(bson.D{{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]}}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := store.Append(t.Context(), eventstore.Event{ID: id, Type: "e", Document: doc}, eventstore.AckSynced); err != nil {
			t.Fatal(err)
		}
		all = append(all, store)
	}
	dirs, err := eventstore.DataDirs(parent)
	if len(dirs) != 3 || err != nil {
		t.Fatal(dirs, err)
	}
	refused := filepath.Join(dirs[1].Path, "quarantine.jsonl")
	if err := os.WriteFile(refused, []byte(`{"event_type":"order_placed","reason":"validation"}`+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	r = s.examine("--data-dir", auto)
	r.want("data_directory", "warning", "chmod go= "+refused)
	r.want("journal", "ok", "no damage")
	r.want("journal_open", "ok", "has it open")
	r.want("pending", "ok", "3 events wait")
	r.want("quarantine", "warning", "order_placed: validation: 1")
	for _, store := range all {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		_ = store.Shutdown(ctx)
		cancel()
	}
	r = s.examine("--data-dir", auto)
	r.want("journal_open", "ok", "no process runs")
	r.want("pending", "ok", "3 events wait")
}
