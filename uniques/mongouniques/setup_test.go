// SPDX-License-Identifier: Apache-2.0

package mongouniques_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
	"github.com/otelanalytics/otelanalytics-go/uniques/mongouniques"
)

const counted = `version: 1
metrics:
  users: {instrument: unique, windows: {daily: 24h}}
  by_platform: {instrument: unique, windows: {daily: 24h}, attributes: {platform: {values: [web, ios]}}}
every_event:
  record: [{metric: users}, {metric: by_platform, from: {platform: $platform}}]
events: {seen: {}}
`

// service is one instance over a database.
type service struct {
	*servicetest.Service
	store    *mongostore.Store
	counting *mongouniques.Counting
}

func start(t *testing.T, db *mongo.Database, uri string, m *eventmap.Map, cfg config.Config) *service {
	t.Helper()
	cfg.URI, cfg.Database, cfg.Dir = config.Secret(uri), db.Name(), t.TempDir()
	c := mongostore.FromConfig(cfg)
	counting, err := mongouniques.Setup(&c, m, cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := counting.Sources("users")[0].Read(t.Context(), nil); err == nil {
		t.Error("the numbers are read before the store is open")
	}
	store, err := mongostore.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	s := servicetest.Start(t, servicetest.Config{Map: m, Client: []otelanalytics.Option{otelanalytics.WithStore(store)}})
	return &service{s, store, counting}
}

// TestSetup: two instances count the same users, with a key that one of them has made or the configuration has. Values that nobody has
// had are there with zero.
func TestSetup(t *testing.T) {
	server := mongotest.Start(t)
	m := servicetest.Map(t, counted)
	for _, cfg := range []config.Config{{UniquesKeyCollection: "sketch_key"}, {UniquesKey: "0123456789abcdef"}, {UniquesKey: "0123456789abcdef", UniquesKeyCollection: "user_events"}} {
		db := server.Database(t)
		first, second := start(t, db, server.URI(), m, cfg), start(t, db, server.URI(), m, cfg)
		for i, s := range []*service{first, second} {
			for n := range 3 {
				e := otelanalytics.Event{Type: "seen", UserID: fmt.Sprint("u-", i+n), Platform: "web"}
				if err := s.Client.Track(t.Context(), e, otelanalytics.WithAck(otelanalytics.AckStored)); err != nil {
					t.Fatal(err)
				}
			}
			if err := s.counting.Counter().Save(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		for _, s := range []*service{first, second} {
			got := make(map[string]float64)
			err := s.counting.Sources("users")[0].Read(t.Context(), func(metric string, value float64, attributes ...string) { got[fmt.Sprint(metric, attributes)] = value })
			want := map[string]float64{"users[time_period daily]": 4, "by_platform[platform ios time_period daily]": 0, "by_platform[platform web time_period daily]": 4}
			if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%+v: %v, %v; want %v", cfg, got, err, want)
			}
		}
	}
}

// TestSetupMistakes: what is missing is named, and a map without distinct users needs nothing.
func TestSetupMistakes(t *testing.T) {
	none := servicetest.Map(t, "version: 1\nmetrics: {seen: {instrument: counter}}\nevents: {seen: {record: [{metric: seen}]}}\n")
	var c mongostore.Config
	counting, err := mongouniques.Setup(&c, none, config.Config{})
	if err != nil || c.Around != nil || counting.Counter() != nil || len(counting.Sources("users")) != 0 {
		t.Errorf("nothing to count: %v, %+v", err, counting)
	}
	m := servicetest.Map(t, counted)
	if _, err := mongouniques.Setup(&c, m, config.Config{}); !errors.Is(err, mongouniques.ErrNoKey) {
		t.Errorf("without a key: %v", err)
	}
	c.Around = func(s *mongostore.Sink) (eventstore.Sink, error) { return s, nil }
	if _, err := mongouniques.Setup(&c, m, config.Config{UniquesKey: "0123456789abcdef"}); err == nil || errors.Is(err, mongouniques.ErrNoKey) {
		t.Errorf("Around is taken: %v", err)
	}
	c.Around, c.URI, c.Dir = nil, "mongodb://127.0.0.1:1", t.TempDir()
	if _, err := mongouniques.Setup(&c, m, config.Config{UniquesKey: "short"}); err != nil {
		t.Fatal(err)
	}
	if store, err := mongostore.Open(t.Context(), c); err == nil {
		t.Error("a short key is taken", store.Shutdown(context.Background()))
	}
}
