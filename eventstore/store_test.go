// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

func TestSecondStoreOnTheDirectory(t *testing.T) {
	dir := t.TempDir()
	openOn(t, new(away), eventstore.Config{Dir: dir})
	_, err := eventstore.Open(t.Context(), new(away), eventstore.Config{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), fmt.Sprint(os.Getpid())) {
		t.Errorf("got %v, want an error that names the directory and this process", err)
	}
}

func TestDirectoryThatIsAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := eventstore.Open(t.Context(), new(away), eventstore.Config{Dir: file}); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("got %v, want an error that names the directory", err)
	}
}

func TestNoSegmentsWithoutEvents(t *testing.T) {
	dir := t.TempDir()
	for range 3 {
		s := openOn(t, new(away), eventstore.Config{Dir: dir})
		if err := shutdown(t, s, 10*time.Second); err != nil {
			t.Fatal(err)
		}
	}
	if segments, _ := filepath.Glob(filepath.Join(dir, "journal", "*.journal")); len(segments) > 0 {
		t.Errorf("segments without events: %v", segments)
	}
}
