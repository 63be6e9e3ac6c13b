// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/queuetest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// TestDelete: nothing of the user is left, in no file, and everything of the other.
func TestDelete(t *testing.T) {
	h := newHousehold(t)
	h.user(t, ada, 0, 50)
	h.user(t, bob, 1_000, 3)
	h.user(t, ada, 10, 2) // quarantined
	h.user(t, bob, 1_001, 1)
	flush(t, h.Store)
	if err := appendLine(h.dir, "not ours\n\n"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(h.dir, "quarantine.jsonl.tmp"), []byte(ada), 0o600); err != nil {
		t.Fatal(err) // what a process left that died while it deleted
	}
	h.user(t, ada, 100, 5) // in the journal only
	h.user(t, bob, 1_100, 1)
	if len(held(t, h.dir, ada)) < 3 {
		t.Fatalf("the user stands in %v: the test shows nothing", held(t, h.dir, ada))
	}
	before := h.Stats()
	got, err := h.Delete(t.Context(), ada)
	if err != nil {
		t.Fatal(err)
	}
	if want := (mongostore.DeleteResult{Stored: 55, Quarantined: 2, Unattributed: 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if names := held(t, h.dir, ada); len(names) > 0 {
		t.Errorf("the user still stands in %v", names)
	}
	if n, m := h.stored(t, ada), h.stored(t, bob); n != 0 || m != 4 {
		t.Errorf("%d documents of the user, %d of the other", n, m)
	}
	text, err := os.ReadFile(filepath.Join(h.dir, "quarantine.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(text), bob) != 1 || !strings.HasSuffix(string(text), "\nnot ours\n") {
		t.Errorf("the others' lines: %s", text)
	}
	if after := h.Stats(); after.Accepted != before.Accepted || queuetest.Sum(after.Stored) < queuetest.Sum(before.Stored) || queuetest.Sum(after.Quarantined) != queuetest.Sum(before.Quarantined) {
		t.Errorf("counters changed: %+v, %+v", before, after)
	}
	balanced(t, h.Store)

	got, err = h.Delete(t.Context(), ada)
	if want := (mongostore.DeleteResult{Unattributed: 1}); err != nil || got != want {
		t.Errorf("again: %+v, %v", got, err)
	}
	h.user(t, ada, 500, 2) // the store still works
	h.user(t, bob, 1_001, 1)
	flush(t, h.Store)
	if n := h.stored(t, ada); n != 2 {
		t.Errorf("%d documents of the user afterwards, want 2", n)
	}
	var out bytes.Buffer
	if r, err := h.Export(t.Context(), bob, &out); err != nil || r.Stored != 4 || r.Quarantined != 2 {
		t.Errorf("the other's export: %+v, %v", r, err)
	}
}

// TestDeleteThatEndsInTheMidst dies when MongoDB is asked to delete: what a process finds that starts on the
// directory then, even with the checkpoint gone, is nothing of the user's.
func TestDeleteThatEndsInTheMidst(t *testing.T) {
	h := newHousehold(t)
	h.user(t, ada, 0, 20)
	h.user(t, bob, 1_000, 2)
	flush(t, h.Store) // the writer has no more reason to look after the journal
	copied := filepath.Join(t.TempDir(), "copy")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	die := func() {
		if err := os.CopyFS(copied, os.DirFS(h.dir)); err != nil {
			t.Error(err)
		}
		cancel()
	}
	h.onDelete.Store(&die)
	_, err := h.Delete(ctx, ada)
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "the journal is cleared") || !strings.Contains(err.Error(), "delete again") {
		t.Errorf("got %v, want the context's error and how far it came", err)
	}
	if names := held(t, copied, ada); len(names) > 0 {
		t.Errorf("when MongoDB was asked, the user still stood in %v", names)
	}
	if err := os.Remove(filepath.Join(copied, "journal", "checkpoint")); err != nil {
		t.Fatal(err)
	}
	second := open(t, mongostore.Config{URI: nowhere, Dir: copied})
	if st := second.Stats(); st.Recovered != 0 {
		t.Errorf("%+v, want nothing to deliver again", st)
	}
	h.onDelete.Store(nil)
	got, err := h.Delete(t.Context(), ada)
	if err != nil || h.stored(t, ada) != 0 || h.stored(t, bob) != 2 {
		t.Errorf("again: %+v, %v; %d documents left", got, err, h.stored(t, ada))
	}
}

// TestDeleteThatCannotWrite fails at its last step, and ends well when called again.
func TestDeleteThatCannotWrite(t *testing.T) {
	h := newHousehold(t)
	h.user(t, ada, 0, 20)
	h.user(t, ada, 0, 1)
	obstacle := filepath.Join(h.dir, "quarantine.jsonl.tmp")
	if err := os.MkdirAll(filepath.Join(obstacle, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	got, err := h.Delete(t.Context(), ada)
	if err == nil || !strings.Contains(err.Error(), "the journal and MongoDB are cleared; delete again") || got.Stored != 20 || got.Quarantined != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	if err := os.RemoveAll(obstacle); err != nil {
		t.Fatal(err)
	}
	got, err = h.Delete(t.Context(), ada)
	if want := (mongostore.DeleteResult{Quarantined: 1}); err != nil || got != want {
		t.Errorf("again: %+v, %v", got, err)
	}
	if names := held(t, h.dir, ada); len(names) > 0 {
		t.Errorf("the user still stands in %v", names)
	}
}

// TestDeleteReportsDamage has damage in the journal: the file stays, and is counted.
func TestDeleteReportsDamage(t *testing.T) {
	server := mongotest.Start(t)
	db, dir := server.Database(t), t.TempDir()
	s := open(t, mongostore.Config{URI: nowhere, Dir: dir})
	for i := range 3 {
		add(t, s, userEvent(t, ada, i))
	}
	_ = shutdown(t, s, time.Millisecond)
	segments, err := filepath.Glob(filepath.Join(dir, "journal", "*.journal"))
	if err != nil || len(segments) != 1 {
		t.Fatal(segments, err)
	}
	data, err := os.ReadFile(segments[0])
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)-300] ^= 1 // in the last event or the one before
	if err := os.WriteFile(segments[0], data, 0o600); err != nil {
		t.Fatal(err)
	}
	s = open(t, mongostore.Config{URI: server.URI(), Database: db.Name(), Dir: dir, Logger: slog.New(slog.DiscardHandler)})
	got, err := s.Delete(t.Context(), ada)
	if err != nil || got.DamagedSegments != 1 || got.Stored < 1 {
		t.Errorf("%+v, %v; want the damaged segment", got, err)
	}
	if diff := cmp.Diff([]string{filepath.Base(segments[0])}, held(t, dir, ada)); diff != "" {
		t.Errorf("where the user still stands: %s", diff)
	}
	if _, err := os.Stat(segments[0]); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the damaged segment itself: %v", err)
	}
}

// TestDeleteAmongOthers deletes users while events are appended.
func TestDeleteAmongOthers(t *testing.T) {
	h := newHousehold(t)
	const rounds = 8
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range rounds * 20 {
			if _, err := h.Append(context.Background(), userEvent(t, bob, 100_000+i), eventstore.AckWritten); err != nil {
				t.Error(err)
			}
		}
	}()
	for i := range rounds {
		user := fmt.Sprintf("user-%d-9ac3", i)
		h.user(t, user, 1_000*i, 10)
		h.user(t, user, 1_000*i, 1)
		got, err := h.Delete(t.Context(), user)
		if want := (mongostore.DeleteResult{Stored: 10, Quarantined: 1}); err != nil || got != want {
			t.Errorf("%s: %+v, %v", user, got, err)
		}
		if names := held(t, h.dir, user); len(names) > 0 {
			t.Errorf("%s stands in %v", user, names)
		}
	}
	<-done
	flush(t, h.Store)
	if n := h.stored(t, bob); n != rounds*20 {
		t.Errorf("%d documents of the other, want %d", n, rounds*20)
	}
	balanced(t, h.Store)
}
