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
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

const suppressKey = "sixteen bytes at least"

// running opens a store as a service has one, with the key of the list.
func running(t *testing.T, dir string) *mongostore.Store {
	t.Helper()
	c, err := config.Load("")
	if err != nil {
		t.Fatal(err)
	}
	of := mongostore.FromConfig(c)
	of.Dir, of.WithoutIndexes, of.Logger = dir, true, slog.New(slog.DiscardHandler)
	s, err := mongostore.Open(t.Context(), of)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = s.Shutdown(ctx)
	})
	return s
}

// A service runs while a user is deleted and suppressed from the command line: from then on it keeps nothing of the user,
// until the user is taken off the list.
func TestDeleteAndSuppress(t *testing.T) {
	collection := clitest.MongoDB(t)
	t.Setenv("OTELANALYTICS_SUPPRESS_KEY", suppressKey)
	service := running(t, t.TempDir())
	track := func() {
		t.Helper()
		for i, of := range []string{ada, bob} {
			if _, err := service.Append(t.Context(), event(t, of, i), eventstore.AckWritten); err != nil {
				t.Fatal(err)
			}
		}
		if err := service.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	track()
	code, _, out, errs := run(t, "delete", ada, "--suppress", "--wait", "1ms", "--without-journal", "--yes")
	if code != 0 || !strings.Contains(out, "suppressed: no service keeps anything of the user") || !strings.Contains(out, "deleted: 1 event,") ||
		!strings.Contains(errs, "in 1ms every service has the list") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
	if err := service.RefreshSuppression(t.Context()); err != nil {
		t.Fatal(err)
	}
	track()
	if n, others := stored(t, collection, ada), stored(t, collection, bob); n != 0 || others != 2 {
		t.Errorf("%d documents of the user, and %d of the other, want none and 2", n, others)
	}
	for i, want := range []string{"the user is off the list", "the user was not on the list"} {
		if code, out, errs := clitest.Run(t, user.New(), "unsuppress", ada); code != 0 || !strings.Contains(out, want) {
			t.Errorf("unsuppress %d: exit code %d\n%s%s", i, code, out, errs)
		}
	}
	if err := service.RefreshSuppression(t.Context()); err != nil {
		t.Fatal(err)
	}
	track()
	if n := stored(t, collection, ada); n != 1 {
		t.Errorf("%d documents of the user after unsuppress, want 1", n)
	}
}

// The journal of a service that died is not delivered for the user, and the directory keeps the list.
func TestDeleteAndSuppressWithTheJournal(t *testing.T) {
	collection := clitest.MongoDB(t)
	dir := service(t, collection, 3, 2)
	t.Setenv("OTELANALYTICS_SUPPRESS_KEY", suppressKey)
	code, r, _, errs := run(t, "delete", ada, "--suppress", "--wait", "0", "--data-dir", dir, "--yes", "-o", "json")
	if code != 0 || r.Stored < 3 || r.Stored > 5 || r.Quarantined != 1 {
		t.Errorf("exit code %d, %+v\n%s", code, r, errs)
	}
	if n, others := stored(t, collection, ada), stored(t, collection, bob); n != 0 || others != 5 {
		t.Errorf("%d documents are left, and %d of the other user, want none and 5", n, others)
	}
	if !running(t, dir).Suppressed(ada) {
		t.Error("the directory does not have the list")
	}
}

func TestSuppressionThatIsRefused(t *testing.T) {
	collection := clitest.MongoDB(t)
	dir := service(t, collection, 1, 0)
	for _, tt := range []struct {
		name, key string
		args      []string
		code      int
		want      string
	}{
		{"delete without the key", "", []string{"delete", ada, "--suppress", "--data-dir", dir, "--yes"}, 2, "set OTELANALYTICS_SUPPRESS_KEY"},
		{"unsuppress without the key", "", []string{"unsuppress", ada}, 2, "set OTELANALYTICS_SUPPRESS_KEY"},
		{"unsuppress nobody", suppressKey, []string{"unsuppress", ""}, 2, "USER is empty"},
		{"a wait that is none", suppressKey, []string{"delete", ada, "--suppress", "--wait", "-1s", "--data-dir", dir, "--yes"}, 2, "--wait is -1s"},
		{"a wait that is too long", suppressKey, []string{"delete", ada, "--suppress", "--wait", "1h", "--timeout", "3s", "--data-dir", dir, "--yes"}, 2, "the user is suppressed; deleted until then: 0 events"},
		{"another key", "another key, which is wrong", []string{"delete", ada, "--suppress", "--wait", "0", "--without-journal", "--yes"}, 2, "was begun with another"},
		{"unsuppress with another key", "another key, which is wrong", []string{"unsuppress", ada}, 2, "was begun with another"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.key != "" {
				t.Setenv("OTELANALYTICS_SUPPRESS_KEY", tt.key)
			}
			code, _, out, errs := run(t, tt.args...)
			if code != tt.code || out != "" || !strings.Contains(errs, tt.want) || tt.key != "" && strings.Contains(errs, tt.key) {
				t.Errorf("exit code %d, want %d with %q\n%s%s", code, tt.code, tt.want, out, errs)
			}
			if n := stored(t, collection, ada); n != 1 {
				t.Errorf("%d documents of the user are left, want 1", n)
			}
		})
	}
}
