// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// TestHealthOfADirectoryThatIsGone has the operating system refuse appends, and then take them again.
func TestHealthOfADirectoryThatIsGone(t *testing.T) {
	dir := t.TempDir()
	s := openOn(t, new(away), eventstore.Config{Dir: dir})
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
