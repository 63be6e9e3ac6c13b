// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
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
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// noon is when the documents of these tests happen.
var noon = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

// fact is a document as far as queries see it.
type fact struct {
	id   any // a new UUID when nil
	user any
	kind string
	at   any // milliseconds after noon, when an int
}

// put inserts documents and returns them with their ids.
func put(t testing.TB, db *mongo.Database, facts ...fact) []fact {
	t.Helper()
	docs := make([]any, len(facts))
	for i := range facts {
		f := &facts[i]
		if f.id == nil {
			id := uuid.New()
			f.id = bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]}
		}
		if ms, ok := f.at.(int); ok {
			f.at = noon.Add(time.Duration(ms) * time.Millisecond)
		}
		d := bson.D{{Key: "_id", Value: f.id}, {Key: "event_type", Value: f.kind}}
		if f.user != nil {
			d = append(d, bson.E{Key: "user_id", Value: f.user})
		}
		if f.at != nil {
			d = append(d, bson.E{Key: "timestamp", Value: f.at})
		}
		docs[i] = d
	}
	for part := range slices.Chunk(docs, 1_000) {
		if _, err := db.Collection(mongostore.DefaultCollection).InsertMany(t.Context(), part); err != nil {
			t.Fatal(err)
		}
	}
	return facts
}

func idOf(t testing.TB, id any) string {
	t.Helper()
	switch id := id.(type) {
	case bson.Binary:
		return uuid.UUID(id.Data).String()
	case bson.ObjectID:
		return id.Hex()
	default:
		return fmt.Sprint(id)
	}
}

func query(t testing.TB, s *mongostore.Store, q mongostore.Query) mongostore.Page {
	t.Helper()
	p, err := s.Reader().Query(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// pages reads all pages and returns the ids. between is called after each page.
func pages(t testing.TB, s *mongostore.Store, q mongostore.Query, between func()) (ids []string, n int) {
	t.Helper()
	for {
		p := query(t, s, q)
		n++
		for _, e := range p.Events {
			ids = append(ids, e.ID)
		}
		if len(p.Events) == 0 && n > 1 {
			t.Error("an empty page behind others")
		}
		if q.Cursor = p.Next; q.Cursor == "" {
			return ids, n
		}
		between()
	}
}

func queryStore(t testing.TB) (*mongostore.Store, *mongo.Database) {
	t.Helper()
	server := mongotest.Start(t)
	db := server.Database(t)
	return open(t, mongostore.Config{URI: server.URI(), Database: db.Name(), Dir: t.TempDir()}), db
}

// TestStoredEvent writes a document as the client does and reads it back.
func TestStoredEvent(t *testing.T) {
	s, _ := queryStore(t)
	full := event(t,
		bson.E{Key: "key", Value: "k"}, bson.E{Key: "user_id", Value: "u"}, bson.E{Key: "event_type", Value: "full"},
		bson.E{Key: "session_id", Value: "s"}, bson.E{Key: "platform", Value: "p"}, bson.E{Key: "module", Value: "m"},
		bson.E{Key: "anonymous_id", Value: "a"}, bson.E{Key: "group_id", Value: "g"},
		bson.E{Key: "event_data", Value: bson.D{{Key: "a", Value: 1}}},
		bson.E{Key: "timestamp", Value: noon}, bson.E{Key: "received_at", Value: noon.Add(time.Second)},
		bson.E{Key: "trace_id", Value: "t"}, bson.E{Key: "span_id", Value: "sp"},
		bson.E{Key: "service", Value: bson.D{{Key: "name", Value: "n"}, {Key: "version", Value: "v"}, {Key: "instance_id", Value: "i"}}},
		bson.E{Key: "map_version", Value: "mv"}, bson.E{Key: "v", Value: int32(1)}, bson.E{Key: "metrics", Value: false}, bson.E{Key: "untrusted", Value: true}, bson.E{Key: "sample_rate", Value: 0.5})
	// A document that has the fields with other types: they are zero, and the page is whole.
	odd := event(t, bson.E{Key: "timestamp", Value: noon.Add(-time.Hour)}, bson.E{Key: "user_id", Value: 5},
		bson.E{Key: "event_data", Value: "x"}, bson.E{Key: "service", Value: "x"}, bson.E{Key: "received_at", Value: "x"})
	addBatch(t, s, []eventstore.Event{odd, full}, eventstore.AckWritten)
	flush(t, s)
	data, err := bson.Marshal(bson.D{{Key: "a", Value: 1}})
	if err != nil {
		t.Fatal(err)
	}
	want := []mongostore.StoredEvent{
		{
			ID: uuid.UUID(full.ID).String(), Key: "k", UserID: "u", Type: "full", SessionID: "s", Platform: "p", Module: "m", AnonymousID: "a", GroupID: "g",
			Time: noon, ReceivedAt: noon.Add(time.Second), Data: data, TraceID: "t", SpanID: "sp",
			Service: mongostore.Service{Name: "n", Version: "v", InstanceID: "i"}, MapVersion: "mv", Version: 1, WithoutMetrics: true, Untrusted: true, SampleRate: 0.5,
		},
		{ID: uuid.UUID(odd.ID).String(), Time: noon.Add(-time.Hour)},
	}
	p := query(t, s, mongostore.Query{})
	if diff := cmp.Diff(want, p.Events); diff != "" || p.Next != "" {
		t.Errorf("next %q\n%s", p.Next, diff)
	}
}

// TestDocumentOfALaterRelease reads a collection that a later release has written to.
func TestDocumentOfALaterRelease(t *testing.T) {
	s, _ := queryStore(t)
	later := event(t, bson.E{Key: "timestamp", Value: noon}, bson.E{Key: "event_type", Value: "later"}, bson.E{Key: "v", Value: int32(2)})
	known := event(t, bson.E{Key: "timestamp", Value: noon}, bson.E{Key: "event_type", Value: "known"}, bson.E{Key: "v", Value: int32(1)})
	addBatch(t, s, []eventstore.Event{later, known}, eventstore.AckWritten)
	flush(t, s)
	_, err := s.Reader().Query(t.Context(), mongostore.Query{Type: "later"})
	if want := "mongostore: document of a later version: _id " + uuid.UUID(later.ID).String() + " has v 2, and this release reads up to 1: upgrade it"; !errors.Is(err, mongostore.ErrDocumentVersion) || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if p := query(t, s, mongostore.Query{Type: "known"}); len(p.Events) != 1 {
		t.Errorf("the page of the others has %d events", len(p.Events))
	}
}

func TestQueryFilters(t *testing.T) {
	s, db := queryStore(t)
	facts := put(t, db,
		fact{user: "a", kind: "x", at: 0},
		fact{user: "a", kind: "y", at: 1},
		fact{user: "b", kind: "x", at: 2},
		fact{user: "", kind: "x", at: 3},
		fact{user: "", kind: "y", at: 4},
		fact{user: nil, kind: "x", at: 5},                      // another program's
		fact{user: "a", kind: "x", at: "2026-07-01T12:00:00Z"}, // an older form
		fact{user: "a", kind: "x", at: nil},
	)
	at := func(ms float64) time.Time { return noon.Add(time.Duration(ms * float64(time.Millisecond))) }
	for _, test := range []struct {
		name  string
		query mongostore.Query
		want  []int
	}{
		{"all", mongostore.Query{}, []int{5, 4, 3, 2, 1, 0}},
		{"a user", mongostore.Query{UserID: "a"}, []int{1, 0}},
		{"nobody's", mongostore.Query{Anonymous: true}, []int{4, 3}},
		{"a type", mongostore.Query{Type: "x"}, []int{5, 3, 2, 0}},
		{"a user and a type", mongostore.Query{UserID: "a", Type: "x"}, []int{0}},
		{"nobody's and a type", mongostore.Query{Anonymous: true, Type: "y"}, []int{4}},
		{"an unknown user", mongostore.Query{UserID: "c"}, nil},
		{"from", mongostore.Query{From: at(3)}, []int{5, 4, 3}},
		{"to", mongostore.Query{To: at(3)}, []int{2, 1, 0}},
		{"from and to", mongostore.Query{From: at(1), To: at(4)}, []int{3, 2, 1}},
		{"from is cut to milliseconds", mongostore.Query{From: at(3.9), To: at(5)}, []int{4, 3}},
		{"in another time zone", mongostore.Query{From: at(5).In(time.FixedZone("", 3600))}, []int{5}},
		{"everything of a user", mongostore.Query{UserID: "a", Type: "y", From: at(1), To: at(2)}, []int{1}},
		{"limit", mongostore.Query{Limit: 2}, []int{5, 4}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var want []string
			for _, i := range test.want {
				want = append(want, idOf(t, facts[i].id))
			}
			var got []string
			for _, e := range query(t, s, test.query).Events {
				got = append(got, e.ID)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if test.query.Limit != 0 {
				return
			}
			// The same, one by one.
			test.query.Limit = 1
			if got, n := pages(t, s, test.query, func() {}); !cmp.Equal(got, want) || n != max(1, len(want)) {
				t.Errorf("%d pages with %v", n, got)
			}
		})
	}
}

func TestWrongQueries(t *testing.T) {
	s := open(t, mongostore.Config{URI: nowhere, Dir: t.TempDir()})
	for _, test := range []struct {
		name  string
		query mongostore.Query
		want  []error
		says  []string
	}{
		{"limit", mongostore.Query{Limit: 1_001}, []error{mongostore.ErrQuery}, []string{"Query.Limit is 1001; it must be between 1 and 1000"}},
		{"negative limit", mongostore.Query{Limit: -1}, []error{mongostore.ErrQuery}, []string{"Query.Limit is -1"}},
		{"user and anonymous", mongostore.Query{UserID: "u", Anonymous: true}, []error{mongostore.ErrQuery}, []string{"Query.UserID and Query.Anonymous"}},
		{"an empty time", mongostore.Query{From: noon, To: noon}, []error{mongostore.ErrQuery}, []string{"Query.From is 2026-07-01T12:00:00Z", "From must be earlier"}},
		{"cursor", mongostore.Query{Cursor: "!"}, []error{mongostore.ErrCursor}, []string{"Next of a page"}},
		{
			"everything at once",
			mongostore.Query{Limit: -1, UserID: "u", Anonymous: true, Cursor: "!"},
			[]error{mongostore.ErrQuery, mongostore.ErrCursor},
			[]string{"Limit", "Anonymous", "cursor"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := s.Reader().Query(t.Context(), test.query)
			for _, want := range test.want {
				if !errors.Is(err, want) {
					t.Errorf("got %v, want %v", err, want)
				}
			}
			for _, says := range test.says {
				if err == nil || !strings.Contains(err.Error(), says) {
					t.Errorf("got %v, want %q in it", err, says)
				}
			}
		})
	}
	if _, err := s.Reader().Summary(t.Context(), mongostore.Filter{UserID: "u", Anonymous: true}); !errors.Is(err, mongostore.ErrQuery) ||
		!strings.Contains(err.Error(), "Filter.UserID") {
		t.Errorf("got %v", err)
	}
}

// TestPagesWhileEventsAreStored has many events in the same few milliseconds, with ids of several types, and
// stores more between any two pages: those that were there come once each, in order.
func TestPagesWhileEventsAreStored(t *testing.T) {
	s, db := queryStore(t)
	r := rand.New(rand.NewPCG(1, 2))
	var facts []fact
	for i := range 300 {
		f := fact{user: "u", kind: "x", at: r.IntN(4)}
		switch i % 6 { // ids in no order, as with version 5 of UUID
		case 0:
			f.id = bson.NewObjectID()
		case 1:
			f.id = uuid.NewString()
		case 2:
			f.id = int32(i)
		case 3:
			f.id = bson.Binary{Data: []byte{byte(i)}}
		}
		facts = append(facts, f)
	}
	facts = put(t, db, facts...)
	there := make(map[string]bool)
	for _, e := range query(t, s, mongostore.Query{UserID: "u", Limit: 1000}).Events {
		there[e.ID] = true
	}
	if len(there) != len(facts) {
		t.Fatalf("%d different ids on one page, want %d", len(there), len(facts))
	}
	whole, n := pages(t, s, mongostore.Query{UserID: "u", Limit: 1000}, func() {})
	if n != 1 {
		t.Fatalf("%d pages", n)
	}
	got, n := pages(t, s, mongostore.Query{UserID: "u", Limit: 7}, func() {
		put(t, db, fact{user: "u", kind: "new", at: r.IntN(6) - 1}, fact{user: "u", kind: "new", at: r.IntN(4)})
	})
	seen := make(map[string]bool)
	var old []string
	for _, id := range got {
		if seen[id] {
			t.Errorf("%s comes twice", id)
		}
		seen[id] = true
		if there[id] {
			old = append(old, id)
		}
	}
	if diff := cmp.Diff(whole, old); diff != "" {
		t.Errorf("the events that were there, on %d pages:\n%s", n, diff)
	}
	if len(got) == len(old) {
		t.Error("no new event came behind a page: the test shows nothing")
	}
}

func TestNoEmptyPageAtTheEnd(t *testing.T) {
	s, db := queryStore(t)
	for i := range 200 {
		put(t, db, fact{user: "u", kind: "x", at: i})
		if i%50 != 49 {
			continue
		}
		if _, n := pages(t, s, mongostore.Query{Limit: 50}, func() {}); n != (i+1)/50 {
			t.Errorf("%d pages of 50 for %d events", n, i+1)
		}
	}
	p := query(t, s, mongostore.Query{})
	if len(p.Events) != mongostore.DefaultQueryLimit || p.Next == "" {
		t.Errorf("%d events without a limit, next %q", len(p.Events), p.Next)
	}
}

func TestQueryErrors(t *testing.T) {
	s := open(t, mongostore.Config{URI: nowhere, Dir: t.TempDir()})
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_, query := s.Reader().Query(ctx, mongostore.Query{})
	_, summary := s.Reader().Summary(ctx, mongostore.Filter{})
	for _, err := range []error{query, summary} {
		if !errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("got %v, want the context's error, without secrets", err)
		}
	}
	_ = shutdown(t, s, time.Millisecond)
	_, query = s.Reader().Query(t.Context(), mongostore.Query{})
	_, summary = s.Reader().Summary(t.Context(), mongostore.Filter{})
	for _, err := range []error{query, summary} {
		if !errors.Is(err, eventstore.ErrClosed) {
			t.Errorf("after shutdown: %v", err)
		}
	}
}
