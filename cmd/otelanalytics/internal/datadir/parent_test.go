// SPDX-License-Identifier: Apache-2.0

package datadir_test

import (
	"context"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/datadir"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// out is a sink that takes nothing.
type out struct{}

func (out) Deliver(context.Context, []eventstore.Event) ([]eventstore.Verdict, error) {
	return nil, os.ErrDeadlineExceeded
}

func open(t *testing.T, dir string) *eventstore.Store {
	t.Helper()
	s, err := eventstore.Open(t.Context(), out{}, eventstore.Config{Dir: dir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { end(s) })
	id := uuid.New()
	doc, err := bson.Marshal(bson.D{{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Append(t.Context(), eventstore.Event{ID: id, Type: "e", Document: doc}, eventstore.AckWritten); err != nil {
		t.Fatal(err)
	}
	return s
}

func end(s *eventstore.Store) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	_ = s.Shutdown(ctx)
}

// A command that is about one directory takes the only one, and lists several.
func TestDirectoriesOfProcesses(t *testing.T) {
	parent := t.TempDir()
	auto := eventstore.DirAuto + ":" + parent
	check := func(dir, one, listed, setting string) {
		t.Helper()
		got, err := datadir.One(dir)
		if got != one || (err != nil) != (listed != "") || err != nil && !strings.Contains(err.Error(), listed) {
			t.Errorf("%s: %q, %v", dir, got, err)
		}
		if got, err := datadir.Setting(dir); got != setting || err != nil {
			t.Errorf("%s: setting %q, %v, want %q", dir, got, err, setting)
		}
	}
	check(parent, parent, "", parent)
	check(auto, parent, "", auto)
	first := open(t, auto)
	dirs, err := filepath.Glob(filepath.Join(parent, "process-*"))
	if len(dirs) != 1 || err != nil {
		t.Fatal(dirs, err)
	}
	check(parent, dirs[0], "", auto)
	check(auto, dirs[0], "", auto)
	check(dirs[0], dirs[0], "", dirs[0])
	open(t, auto)
	end(first)
	for _, dir := range []string{parent, auto} {
		check(dir, "", dirs[0]+" (no process has it open)", auto)
	}
	if _, err := datadir.Setting(filepath.Join(parent, "missing")); err == nil || !strings.Contains(err.Error(), fs.ErrNotExist.Error()) && !strings.Contains(err.Error(), "no such file") {
		t.Errorf("a directory that is missing: %v", err)
	}
}
