// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"errors"
	"log/slog"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/internal/suppression"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// Two services on one MongoDB: a user is suppressed and deleted in one of them, and neither keeps anything of the user from then
// on, in documents, metrics and log records. Both pages add up and say what was refused.
func TestTwoServicesSuppress(t *testing.T) {
	server := mongotest.Start(t)
	db := server.Database(t)
	type instance struct {
		*servicetest.Service
		store *mongostore.Store
		kept  *logRecords
	}
	var services []instance
	for range 2 {
		store, err := mongostore.Open(t.Context(), mongostore.Config{
			URI: server.URI(), Database: db.Name(), Dir: t.TempDir(), SuppressKey: "sixteen bytes at least", Logger: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			t.Fatal(err)
		}
		kept, log := withLog()
		s := servicetest.Start(t, servicetest.Config{Map: parse(t), Client: []otelanalytics.Option{otelanalytics.WithStore(store), log}})
		services = append(services, instance{s, store, kept})
	}
	a, b := services[0], services[1]
	track := func(s instance, user string) error {
		return s.Client.Track(t.Context(), otelanalytics.Event{Type: "user_logged_in", UserID: user, Data: map[string]any{"auth_method": "email"}})
	}
	for _, s := range services {
		for _, user := range []string{"ada", "bob"} {
			if err := track(s, user); err != nil {
				t.Fatal(err)
			}
		}
		s.Flush(t)
	}
	if _, err := a.store.Suppress(t.Context(), "ada"); err != nil {
		t.Fatal(err)
	}
	if err := b.store.RefreshSuppression(t.Context()); err != nil { // which it does each minute
		t.Fatal(err)
	}
	if r, err := a.store.Delete(t.Context(), "ada"); r.Stored != 2 || err != nil {
		t.Errorf("%+v, %v", r, err)
	}
	for i, s := range services {
		if err := track(s, "ada"); !errors.Is(err, otelanalytics.ErrSuppressed) {
			t.Errorf("service %d: %v, want ErrSuppressed", i, err)
		}
		if err := track(s, "bob"); err != nil {
			t.Error(err)
		}
		s.Flush(t)
		page := servicetest.Read(t, s.Page)
		page.Balanced(t)
		servicetest.WantLines(t, s.Page, `otelanalytics_events_rejected_total{event_type="user_logged_in",reason="suppressed"} 1`,
			`user_logins_total{auth_method="email"} 3`)
		if n := len(s.kept.named("user_logged_in")); n != 3 {
			t.Errorf("service %d: %d log records, want 3", i, n)
		}
	}
	for user, want := range map[string]int64{"ada": 0, "bob": 4} {
		n, err := db.Collection(mongostore.DefaultCollection).CountDocuments(t.Context(), bson.D{{Key: "user_id", Value: user}})
		if n != want || err != nil {
			t.Errorf("%d documents of %s, %v, want %d", n, user, err, want)
		}
	}
}

// hashedUsers is a list as mongostore has it, without a MongoDB.
type hashedUsers struct {
	suppressedUsers
	hasher *suppression.Hasher
	set    suppression.Set
}

func (h *hashedUsers) Suppressed(userID string) bool {
	return h.set.Len() > 0 && h.set.Has(h.hasher.Hash(userID))
}

// BenchmarkTrackSuppression times a whole call with no list, an empty one and one of 100,000 users.
func BenchmarkTrackSuppression(b *testing.B) {
	hasher := suppression.NewHasher([]byte("sixteen bytes at least"))
	var hashes []suppression.Hash
	for i := range 100_000 {
		hashes = append(hashes, hasher.Hash(string(rune('a'+i%26))+"-"+string(rune(i))))
	}
	for _, bench := range []struct {
		name string
		list eventstore.Suppression
	}{
		{"no list", nil},
		{"an empty list", &hashedUsers{hasher: hasher}},
		{"100000 users", &hashedUsers{hasher: hasher, set: suppression.NewSet(hashes)}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			store, err := eventstore.Open(b.Context(), memsink.New(), eventstore.Config{
				Dir: b.TempDir(), JournalBytes: 64 << 30, Suppression: bench.list, Logger: slog.New(slog.DiscardHandler),
			})
			if err != nil {
				b.Fatal(err)
			}
			s := &service{t: b, log: new(servicetest.Log), abandon: true}
			s.run(otelanalytics.WithStore(store))
			event := otelanalytics.Event{Type: "user_logged_in", UserID: "01890a5d-ac96-774b-bcce-b302099a8057", Data: map[string]any{"auth_method": "email"}}
			b.ReportAllocs()
			for b.Loop() {
				if err := s.client.Track(b.Context(), event); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
