// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// call is what a client of package ingest says of who is who.
type call struct {
	kind, user, other string
	public            bool
}

func (c call) document(n int) bson.D {
	id := uuid.New()
	data := bson.D{}
	doc := bson.D{
		{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]}},
		{Key: "user_id", Value: c.user},
		{Key: "event_type", Value: c.kind},
		{Key: "module", Value: "web"},
		{Key: "timestamp", Value: noon.Add(time.Duration(n) * time.Second)},
		{Key: "v", Value: int32(1)},
	}
	switch c.kind {
	case "alias":
		data = bson.D{{Key: "previous_id", Value: c.other}}
	case "$create_alias", "$merge_dangerously":
		data = bson.D{{Key: "alias", Value: c.other}}
	default:
		doc = append(doc, bson.E{Key: "anonymous_id", Value: c.other})
	}
	doc = append(doc, bson.E{Key: "event_data", Value: data})
	if c.public {
		doc = append(doc, bson.E{Key: "untrusted", Value: true})
	}
	return doc
}

// calls stores calls in a collection of its own, and returns a reader of it.
func calls(t *testing.T, server *mongotest.Server, all ...call) (*mongostore.Reader, *mongo.Collection) {
	t.Helper()
	m := servicetest.Map(t, "version: 1\nevents: {identify: {renamed_from: [Signed In]}}\n")
	db := server.Database(t)
	collection := db.Collection(mongostore.DefaultCollection)
	docs := make([]any, len(all))
	for i, c := range all {
		docs[i] = c.document(i)
	}
	if _, err := collection.InsertMany(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	reader, err := mongostore.NewReader(mongostore.Config{URI: server.URI(), Database: db.Name(), EventMap: m, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = reader.Close() })
	return reader, collection
}

// shown writes linked ids as id<to, those that are not followed with the reason.
func shown(all []mongostore.LinkedID) string {
	var texts []string
	for _, l := range all {
		text := l.ID + "<" + l.To
		if l.Shared {
			text += " shared"
		}
		if l.Untrusted {
			text += " untrusted"
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, ", ")
}

func TestLinkedIDs(t *testing.T) {
	server := mongotest.Start(t)
	trusted := func(kind, user, other string) call { return call{kind, user, other, false} }
	public := func(kind, user, other string) call { return call{kind, user, other, true} }
	for _, tt := range []struct {
		name  string
		calls []call
		user  string
		want  string
	}{
		{"none", []call{trusted("page", "u", "browser")}, "u", ""},
		{"Segment's identify", []call{trusted("identify", "u", "browser"), trusted("identify", "other", "elsewhere")}, "u", "browser<u"},
		{"an earlier name of the event", []call{trusted("Signed In", "u", "browser")}, "u", "browser<u"},
		{"Segment's alias", []call{trusted("alias", "new", "old")}, "new", "old<new"},
		{"the other way", []call{trusted("alias", "new", "old")}, "old", "new<old"},
		{"PostHog's", []call{trusted("$create_alias", "u", "a"), trusted("$merge_dangerously", "u", "b"), trusted("$identify", "u", "c")}, "u", "a<u, b<u, c<u"},
		{"a chain", []call{trusted("alias", "c", "b"), trusted("alias", "b", "a"), trusted("identify", "a", "phone")}, "c", "b<c, a<b, phone<a"},
		{"a circle", []call{trusted("alias", "a", "b"), trusted("alias", "b", "c"), trusted("alias", "c", "a")}, "a", "b<a, c<a"},
		{"itself", []call{trusted("alias", "u", "u")}, "u", ""},
		{"twice", []call{trusted("identify", "u", "x"), trusted("identify", "u", "x"), trusted("alias", "u", "x")}, "u", "x<u"},
		{"nobody", []call{trusted("identify", "", "x"), trusted("identify", "u", "")}, "u", ""},
		{"a public key", []call{public("identify", "u", "browser"), public("alias", "u", "victim"), public("alias", "thief", "u")}, "u", "browser<u untrusted, victim<u untrusted, thief<u untrusted"},
		{"a public key says what a secret one does", []call{public("identify", "u", "x"), trusted("identify", "u", "x")}, "u", "x<u"},
		{"behind a public key", []call{public("alias", "u", "a"), trusted("alias", "a", "b")}, "u", "a<u untrusted"},
		{"a device of two", []call{trusted("identify", "u", "tablet"), trusted("identify", "v", "tablet")}, "u", "tablet<u shared"},
		{"asked by the device", []call{trusted("identify", "u", "tablet"), trusted("identify", "v", "tablet")}, "tablet", "u<tablet shared, v<tablet shared"},
		{"a device of one with two ids", []call{trusted("identify", "u", "tablet"), trusted("identify", "v", "tablet"), trusted("alias", "v", "u")}, "u", "v<u, tablet<u"},
		{"two heirs", []call{trusted("alias", "v", "u"), trusted("alias", "w", "u")}, "u", "v<u shared, w<u shared"},
		{"one rule says one user, another rule another", []call{trusted("identify", "u", "x"), trusted("alias", "v", "x")}, "u", "x<u shared"},
		{"a public key makes nothing shared", []call{trusted("identify", "u", "x"), public("identify", "thief", "x")}, "u", "x<u, thief<x untrusted"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			reader, _ := calls(t, server, tt.calls...)
			got, err := reader.LinkedIDs(t.Context(), tt.user)
			if err != nil || shown(got) != tt.want {
				t.Errorf("%s, %v; want %s", shown(got), err, tt.want)
			}
		})
	}
}

// TestLinkedIDsSayWhereTheyComeFrom: the latest event that says so.
func TestLinkedIDsSayWhereTheyComeFrom(t *testing.T) {
	reader, _ := calls(t, mongotest.Start(t), call{"identify", "u", "x", false}, call{"identify", "u", "x", false})
	got, err := reader.LinkedIDs(t.Context(), "u")
	if err != nil {
		t.Fatal(err)
	}
	want := []mongostore.LinkedID{{ID: "x", To: "u", Type: "identify", Module: "web", Time: noon.Add(time.Second)}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := reader.LinkedIDs(t.Context(), ""); !errors.Is(err, mongostore.ErrQuery) {
		t.Errorf("nobody: %v", err)
	}
}

// TestLinkedIDsAreBounded: those that are followed by an error, and those that anybody can claim by a number.
func TestLinkedIDsAreBounded(t *testing.T) {
	server := mongotest.Start(t)
	var many []call
	for i := range 105 {
		many = append(many, call{"identify", "u", fmt.Sprint("x", i), true})
	}
	reader, _ := calls(t, server, append(many, call{"identify", "u", "mine", false})...)
	got, err := reader.LinkedIDs(t.Context(), "u")
	if err != nil || len(got) != 101 || got[0].ID != "mine" || !got[0].Followed() || got[1].Followed() {
		t.Errorf("%d ids, %v", len(got), err)
	}
	for i := range many {
		many[i].public = false
	}
	for i := range mongostore.MaxLinkedIDs {
		many = append(many, call{"alias", "u", fmt.Sprint("y", i), false})
	}
	reader, _ = calls(t, server, many...)
	if got, err := reader.LinkedIDs(t.Context(), "u"); !errors.Is(err, mongostore.ErrLinks) {
		t.Errorf("%d ids, %v", len(got), err)
	}
}

// left returns whose documents a collection has, as user/anonymous, each once.
func left(t *testing.T, c *mongo.Collection) string {
	t.Helper()
	cursor, err := c.Find(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	var docs []struct {
		User      string `bson:"user_id"`
		Anonymous string `bson:"anonymous_id"`
	}
	if err := cursor.All(t.Context(), &docs); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, d := range docs {
		all = append(all, d.User+"/"+d.Anonymous)
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), " ")
}

// family is what is stored: u has an earlier id and a browser; v and a tablet that both have used stay.
func family() []call {
	return []call{
		{"alias", "u", "u-old", false},
		{"identify", "u-old", "browser", false},
		{"page", "", "browser", true},
		{"page", "u", "browser", true},
		{"identify", "u", "tablet", false},
		{"identify", "v", "tablet", false},
		{"page", "", "tablet", true},
		{"page", "v", "browser", true},
		{"identify", "u", "claimed", true},
		{"page", "", "claimed", true},
		{"page", "u-old", "", false},
	}
}

func TestExportWithLinked(t *testing.T) {
	reader, _ := calls(t, mongotest.Start(t), family()...)
	linked, err := reader.LinkedIDs(t.Context(), "u")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		opts []mongostore.ExportOption
		want int64
	}{{"the user alone", nil, 4}, {"with linked ids", []mongostore.ExportOption{mongostore.WithLinked(linked...), nil}, 7}} {
		var b bytes.Buffer
		r, err := reader.Export(t.Context(), "u", &b, tt.opts...)
		if err != nil || r.Stored != tt.want || int64(strings.Count(b.String(), "\n")) != tt.want {
			t.Errorf("%s: %+v, %v\n%s", tt.name, r, err, &b)
		}
	}
}

// TestDeleteWithLinked interrupts the deletion before each of its documents. Made again from what is left, it ends as one that
// was not interrupted, and events of others stay.
func TestDeleteWithLinked(t *testing.T) {
	server := mongotest.Start(t)
	const others = "/claimed /tablet v/browser v/tablet"
	broken := errors.New("broken")
	for stop := range 8 {
		reader, collection := calls(t, server, family()...)
		remove := func(opts ...mongostore.DeleteOption) (mongostore.DeleteResult, error) {
			linked, err := reader.LinkedIDs(t.Context(), "u")
			if err != nil {
				t.Fatal(err)
			}
			return reader.Delete(t.Context(), "u", append(opts, mongostore.WithLinked(linked...))...)
		}
		if stop < 7 {
			var last string
			n := 0
			_, err := remove(mongostore.WithDeleted(func(e mongostore.DeletedEvent) error {
				last = e.ID
				if n++; n > stop {
					return broken
				}
				return nil
			}))
			if !errors.Is(err, broken) {
				t.Fatalf("%d: %v", stop, err)
			}
			// What is under way when a server dies is deleted in part: here, one document of it.
			id := uuid.MustParse(last)
			if _, err := collection.DeleteOne(t.Context(), bson.D{{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]}}}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := remove(); err != nil {
			t.Fatal(err)
		}
		if got := left(t, collection); got != others {
			t.Errorf("interrupted after %d: %s\nwant %s", stop, got, others)
		}
	}
}

// TestLinkedInQuarantine: what MongoDB refused goes along, and the events of the linked id that wait in the journal.
func TestLinkedInQuarantine(t *testing.T) {
	h := newHousehold(t)
	h.user(t, ada, 0, 3)
	h.user(t, bob, 10, 2)
	h.user(t, bob, 0, 1) // quarantined
	h.user(t, "somebody else", 1, 1)
	along := mongostore.WithLinked(mongostore.LinkedID{ID: bob, To: ada}, mongostore.LinkedID{ID: "somebody else", To: ada, Untrusted: true})
	var b bytes.Buffer
	exported, err := h.Export(t.Context(), ada, &b, along)
	if want := (mongostore.ExportResult{Stored: 5, Quarantined: 1}); err != nil || exported != want {
		t.Errorf("%+v, %v, want %+v", exported, err, want)
	}
	deleted, err := h.Delete(t.Context(), ada, along)
	if want := (mongostore.DeleteResult{Stored: 5, Quarantined: 1}); err != nil || deleted != want {
		t.Errorf("%+v, %v, want %+v", deleted, err, want)
	}
	if files := held(t, h.dir, bob); files != nil {
		t.Errorf("%q have the linked id", files)
	}
	if files := held(t, h.dir, "somebody else"); files == nil {
		t.Error("an id that is not followed went along")
	}
}

// TestLinkedIDsOfAStore waits for what is in its journal.
func TestLinkedIDsOfAStore(t *testing.T) {
	h := newHousehold(t)
	e := event(t, bson.E{Key: "user_id", Value: ada}, bson.E{Key: "event_type", Value: "identify"}, bson.E{Key: "anonymous_id", Value: "browser"},
		bson.E{Key: "timestamp", Value: noon})
	addBatch(t, h.Store, []eventstore.Event{e}, eventstore.AckWritten)
	if got, err := h.LinkedIDs(t.Context(), ada); err != nil || shown(got) != "browser<"+ada {
		t.Errorf("%s, %v", shown(got), err)
	}
}
