// SPDX-License-Identifier: Apache-2.0

package user_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/user"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// links stores events that link ids to ada: a browser, a tablet that bob uses, too, and what anybody may have sent; and events of
// each of these.
func links(t *testing.T, to *mongo.Collection) {
	t.Helper()
	var docs []any
	for i, of := range []struct {
		kind, user, anonymous string
		untrusted             bool
	}{
		{"identify", ada, "browser", false},
		{"page", "", "browser", true},
		{"identify", ada, "tablet", false},
		{"identify", bob, "tablet", false},
		{"page", "", "tablet", true},
		{"identify", ada, "claimed", true},
		{"page", "", "claimed", true},
	} {
		id := uuid.New()
		d := bson.D{
			{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]}},
			{Key: "user_id", Value: of.user},
			{Key: "event_type", Value: of.kind},
			{Key: "module", Value: "web"},
			{Key: "anonymous_id", Value: of.anonymous},
			{Key: "service", Value: bson.D{{Key: "name", Value: "shop"}}},
			{Key: "timestamp", Value: time.Date(2026, 7, 1, 12, 0, i, 0, time.UTC)},
		}
		if of.untrusted {
			d = append(d, bson.E{Key: "untrusted", Value: true})
		}
		docs = append(docs, d)
	}
	if _, err := to.InsertMany(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
}

const listed = `
  browser  linked to user-ada-5f0c (identify, module web, service shop, 2026-07-01T12:00:00Z)
  tablet  linked to user-ada-5f0c (identify, module web, service shop, 2026-07-01T12:00:02Z): not followed, events link it to others, too
  claimed  linked to user-ada-5f0c (identify, module web, service shop, 2026-07-01T12:00:05Z): not followed, anybody may have sent that
`

func TestExportLists(t *testing.T) {
	links(t, clitest.MongoDB(t))
	dir := t.TempDir()
	for _, tt := range []struct {
		name  string
		args  []string
		lines int
		says  string
	}{
		{"the user alone", nil, 3, "linked ids: not included; --with-aliases includes the followed ids" + listed},
		{"with aliases", []string{"--with-aliases"}, 4, "linked ids: the followed ids are included" + listed},
		{"with a journal", []string{"--with-aliases", "--data-dir", t.TempDir()}, 4, "the followed ids are included" + listed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if len(tt.args) < 3 {
				tt.args = append(tt.args, "--without-journal")
			}
			file := filepath.Join(dir, tt.name+".jsonl")
			code, _, out, errs := run(t, append([]string{"export", ada, "--out", file}, tt.args...)...)
			if code != 0 || !strings.Contains(out, tt.says) || len(lines(t, file)) != tt.lines {
				t.Errorf("exit code %d, %d lines\n%s%s", code, len(lines(t, file)), out, errs)
			}
		})
	}
	code, _, out, errs := run(t, "export", ada, "--out", filepath.Join(dir, "x"), "--without-journal", "-o", "json")
	var r struct{ Linked []map[string]any }
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != 0 {
		t.Fatalf("exit code %d, %v\n%s", code, err, errs)
	}
	want := map[string]any{
		"id": "browser", "to": ada, "event_type": "identify", "module": "web", "service": "shop", "timestamp": "2026-07-01T12:00:00Z", "followed": true,
	}
	if len(r.Linked) != 3 || fmt.Sprint(r.Linked[0]) != fmt.Sprint(want) {
		t.Errorf("%v", r.Linked)
	}
}

func TestDeleteTakesAliasesWhenAsked(t *testing.T) {
	for _, tt := range []struct {
		name string
		args []string
		left string // the anonymous ids of events of nobody
		says string
	}{
		{"the user alone", nil, "browser claimed tablet", "run otelanalytics user delete ID --with-aliases for each linked id"},
		{"with aliases", []string{"--with-aliases"}, "claimed tablet", "deleted: 4 events"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			collection := clitest.MongoDB(t)
			links(t, collection)
			code, _, out, errs := run(t, append([]string{"delete", ada, "--yes", "--without-journal"}, tt.args...)...)
			if code != 0 || !strings.Contains(out, tt.says) || !strings.Contains(out, listed) {
				t.Errorf("exit code %d\n%s%s", code, out, errs)
			}
			var left []string
			if err := collection.Distinct(t.Context(), "anonymous_id", bson.D{{Key: "user_id", Value: ""}}).Decode(&left); err != nil {
				t.Fatal(err)
			}
			slices.Sort(left)
			if got := strings.Join(left, " "); got != tt.left || stored(t, collection, ada) != 0 || stored(t, collection, bob) != 1 {
				t.Errorf("left: %s, %d of the user's, %d of the other's", got, stored(t, collection, ada), stored(t, collection, bob))
			}
		})
	}
}

// TestSuppressWithAliases: the ids that go along come on the list.
func TestSuppressWithAliases(t *testing.T) {
	collection := clitest.MongoDB(t)
	t.Setenv("OTELANALYTICS_SUPPRESS_KEY", suppressKey)
	links(t, collection)
	service := running(t, t.TempDir())
	code, out, errs := clitest.Run(t, user.New(), "delete", ada, "--suppress", "--with-aliases", "--wait", "1ms", "--without-journal", "--yes")
	if code != 0 {
		t.Fatalf("exit code %d\n%s%s", code, out, errs)
	}
	if err := service.RefreshSuppression(context.Background()); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]bool{ada: true, "browser": true, "tablet": false, "claimed": false, bob: false} {
		if got := service.Suppressed(id); got != want {
			t.Errorf("%s is suppressed: %v", id, got)
		}
	}
}

// TestTooManyLinks: the listing does without them, and nothing is deleted that would go along.
func TestTooManyLinks(t *testing.T) {
	collection := clitest.MongoDB(t)
	docs := make([]any, mongostore.MaxLinkedIDs+5)
	for i := range docs {
		docs[i] = bson.M{"user_id": ada, "event_type": "identify", "anonymous_id": fmt.Sprint(i), "timestamp": time.Now()}
	}
	if _, err := collection.InsertMany(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	code, _, _, errs := run(t, "delete", ada, "--yes", "--without-journal", "--with-aliases")
	if code == 0 || !strings.Contains(errs, "more than 1000 ids") || stored(t, collection, ada) != int64(len(docs)) {
		t.Errorf("exit code %d\n%s", code, errs)
	}
	code, _, out, errs := run(t, "export", ada, "--without-journal", "--out", filepath.Join(t.TempDir(), "x"))
	if code != 0 || !strings.Contains(out, "events link more than 1000 ids to the user") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
}
