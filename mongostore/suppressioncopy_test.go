// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/suppression"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// Processes side by side have one copy of the list. One that is older than what a process has read is written again.
func TestCopyOfProcessesSideBySide(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	parent := t.TempDir()
	c := mongostore.Config{
		URI: server.URI(), Database: db.Name(), Dir: eventstore.DirAuto + ":" + parent, SuppressKey: suppressKey, Logger: slog.New(slog.DiscardHandler),
	}
	s, other := open(t, c), open(t, c)
	if _, err := s.Suppress(t.Context(), "ada"); err != nil {
		t.Fatal(err)
	}
	path := copyBelow(t, parent)
	older, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Suppress(t.Context(), "bob"); err != nil {
		t.Fatal(err)
	}
	newer, err := os.ReadFile(path)
	if err != nil || bytes.Equal(older, newer) {
		t.Fatal("the copy is that of before", err)
	}
	if err := os.WriteFile(path, older, 0o600); err != nil { // as a process does that has read the list before and writes after
		t.Fatal(err)
	}
	if err := other.RefreshSuppression(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, newer) {
		t.Errorf("the copy is an older one, %v", err)
	}
	c.URI = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100"
	again := open(t, c)
	if !again.Suppressed("ada") || !again.Suppressed("bob") {
		t.Error("a process that starts without MongoDB does not have the list")
	}
}

// Processes below one parent that write into two collections have a list and a copy each: neither suppresses the other's users,
// and neither's copy takes the place of the other's.
func TestCopiesOfTwoCollections(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	parent := t.TempDir()
	of := func(collection string) mongostore.Config {
		return mongostore.Config{
			URI: server.URI(), Database: db.Name(), Collection: collection, Dir: eventstore.DirAuto + ":" + parent,
			SuppressKey: suppressKey, Logger: slog.New(slog.DiscardHandler),
		}
	}
	users := map[string]string{"shop": "ada", "forum": "bob"}
	for collection, user := range users {
		if _, err := open(t, of(collection)).Suppress(t.Context(), user); err != nil {
			t.Fatal(err)
		}
	}
	for collection, user := range users {
		c := of(collection)
		c.URI = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100"
		s := open(t, c)
		for _, u := range users {
			if s.Suppressed(u) != (u == user) {
				t.Errorf("%s without MongoDB: %s is suppressed: %v", collection, u, s.Suppressed(u))
			}
		}
		c.SuppressKey = ""
		if _, err := mongostore.Open(t.Context(), c); !errors.Is(err, mongostore.ErrSuppressKey) {
			t.Errorf("%s without a key: %v, want ErrSuppressKey", collection, err)
		}
	}
	c := of("chat") // which has no list
	c.SuppressKey = ""
	open(t, c)
}

// A directory that one process had keeps its list when processes share it from now on.
func TestCopyOfADirectoryThatIsSharedLater(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	c := mongostore.Config{
		URI: server.URI(), Database: db.Name(), Dir: t.TempDir(), SuppressKey: suppressKey, Logger: slog.New(slog.DiscardHandler),
	}
	if _, err := open(t, c).Suppress(t.Context(), "ada"); err != nil {
		t.Fatal(err)
	}
	c.Dir = eventstore.DirAuto + ":" + c.Dir
	c.URI = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100"
	if !open(t, c).Suppressed("ada") {
		t.Error("ada is not suppressed")
	}
	c.SuppressKey = ""
	if _, err := mongostore.Open(t.Context(), c); !errors.Is(err, mongostore.ErrSuppressKey) {
		t.Errorf("without a key: %v, want ErrSuppressKey", err)
	}
}

// copyBelow returns the path of the only copy below a parent.
func copyBelow(t *testing.T, parent string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(parent, suppression.FileName+"*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("copies: %v, %v", files, err)
	}
	return files[0]
}
