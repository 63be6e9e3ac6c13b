// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// BenchmarkTrack times a whole call with MongoDB away, beside the floor under it: the driver's marshalling
// of the same document and one write of as many bytes.
func BenchmarkTrack(b *testing.B) {
	store, err := mongostore.Open(b.Context(), mongostore.Config{
		URI: "mongodb://127.0.0.1:1/", Dir: b.TempDir(), JournalBytes: 64 << 30,
	})
	if err != nil {
		b.Fatal(err)
	}
	s := &service{t: b, log: new(servicetest.Log), abandon: true}
	s.run(otelanalytics.WithStore(store))
	data := map[string]any{"auth_method": "email", "account_type": "premium", "n": 3, "ratio": 0.5, "first": true}
	event := otelanalytics.Event{Type: "user_logged_in", UserID: "u-17", SessionID: "s-1", Data: data}

	b.Run("floor", func(b *testing.B) {
		f, err := os.Create(filepath.Join(b.TempDir(), "f"))
		if err != nil {
			b.Fatal(err)
		}
		defer f.Close()
		b.ReportAllocs()
		for b.Loop() {
			doc, err := bson.Marshal(bson.D{
				{Key: "user_id", Value: event.UserID},
				{Key: "event_type", Value: event.Type},
				{Key: "session_id", Value: event.SessionID},
				{Key: "event_data", Value: data},
				{Key: "timestamp", Value: bson.DateTime(1)},
				{Key: "received_at", Value: bson.DateTime(1)},
				{Key: "service", Value: bson.D{{Key: "name", Value: "shop"}, {Key: "version", Value: "1.2"}}},
				{Key: "map_version", Value: "0123456789abcdef"},
			})
			if err != nil {
				b.Fatal(err)
			}
			if _, err := f.Write(doc); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Track", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := s.client.Track(b.Context(), event); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Track/parallel", func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if err := s.client.Track(b.Context(), event); err != nil && !errors.Is(err, otelanalytics.ErrClosed) {
					b.Error(err)
				}
			}
		})
	})
}
