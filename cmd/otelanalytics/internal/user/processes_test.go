// SPDX-License-Identifier: Apache-2.0

package user_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/user"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// A deletion covers the directories of processes that are dead, by either name of the parent, and says how many are alive.
func TestDeleteOfProcessesSideBySide(t *testing.T) {
	collection := clitest.MongoDB(t)
	parent := t.TempDir()
	var all []*mongostore.Store
	for i := range 3 {
		s, err := mongostore.Open(t.Context(), mongostore.Config{
			URI: nowhere, Database: collection.Database().Name(), Dir: eventstore.DirAuto + ":" + parent, Logger: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, of := range []string{ada, bob} {
			if _, err := s.Append(t.Context(), event(t, of, i), eventstore.AckWritten); err != nil {
				t.Fatal(err)
			}
		}
		all = append(all, s)
	}
	die := func(s *mongostore.Store) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		_ = s.Shutdown(ctx)
	}
	die(all[0])
	die(all[1])
	code, out, errs := clitest.Run(t, user.New(), "delete", ada, "--data-dir", parent, "--yes")
	if code != 1 || !strings.Contains(out, "deleted: 2 events") || !strings.Contains(out, "journals of their own: 1;") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
	if a, b := stored(t, collection, ada), stored(t, collection, bob); a != 0 || b != 2 {
		t.Errorf("%d and %d documents, want 0 and 2", a, b)
	}
	die(all[2])
	code, out, errs = clitest.Run(t, user.New(), "delete", ada, "--data-dir", eventstore.DirAuto+":"+parent, "--yes")
	if a, b := stored(t, collection, ada), stored(t, collection, bob); code != 0 || !strings.Contains(out, "deleted: 1 event") || a != 0 || b != 3 {
		t.Errorf("exit code %d, %d and %d documents, want 0 and 3\n%s%s", code, a, b, out, errs)
	}
	if dirs, err := eventstore.DataDirs(parent); len(dirs) > 0 || err != nil {
		t.Errorf("left: %v, %v", dirs, err)
	}
}
