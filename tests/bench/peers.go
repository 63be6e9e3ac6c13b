// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"time"

	"github.com/posthog/posthog-go"
	analytics "github.com/segmentio/analytics-go/v3"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// sink takes what the peers send.
func (b *run1) sink() string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, "{}")
	}))
	b.Cleanup(s.Close)
	return s.URL
}

type quiet struct{}

func (quiet) Debugf(string, ...any) {}
func (quiet) Logf(string, ...any)   {}
func (quiet) Warnf(string, ...any)  {}
func (quiet) Errorf(string, ...any) {}

func trackVsPosthog(b *run1) []Result {
	client, err := posthog.NewWithConfig("key", posthog.Config{Endpoint: b.sink(), Logger: quiet{}})
	b.must(err)
	b.Cleanup(func() { _ = client.Close() })
	data := posthog.Properties(payload())
	o, p := b.turns(serial(b.tracker()), serial(func() {
		b.must(client.Enqueue(posthog.Capture{DistinctId: "u-17", Event: "user_logged_in", Properties: data}))
	}))
	return []Result{ratio("track_vs_posthog", "ns", o, p, 0.4)}
}

func trackVsSegment(b *run1) []Result {
	client, err := analytics.NewWithConfig("key", analytics.Config{Endpoint: b.sink(), Logger: analytics.StdLogger(log.New(io.Discard, "", 0))})
	b.must(err)
	b.Cleanup(func() { _ = client.Close() })
	data := analytics.Properties(payload())
	o, p := b.turns(serial(b.tracker()), serial(func() {
		b.must(client.Enqueue(analytics.Track{UserId: "u-17", Event: "user_logged_in", Properties: data}))
	}))
	return []Result{ratio("track_vs_segment", "ns", o, p, 0.6)}
}

func trackVsInsert(b *run1) []Result {
	collection := mongotest.Start(b).Client(b).Database("bench").Collection("inserted")
	ctx := context.Background()
	o, p := b.turns(serial(b.tracker()), serial(func() {
		doc := document()
		doc[0].Value = bson.NewObjectID()
		_, err := collection.InsertOne(ctx, doc)
		b.must(err)
	}))
	return []Result{ratio("track_vs_insert", "ns", o, p, 0.01)}
}

// trackMongoDBDown times single calls with MongoDB up and away, in turns.
func trackMongoDBDown(b *run1) []Result {
	server := mongotest.Start(b)
	if !server.CanStop() {
		b.Fatal("the server is not ours to stop")
	}
	store := b.store(mongostore.Config{URI: server.URI() + "?serverSelectionTimeoutMS=200&heartbeatFrequencyMS=500", WriteTimeout: 2 * time.Second})
	one := b.trackInto(store)
	rounds, n := 5, 20_000
	if b.quick {
		rounds, n = 2, 8_000
	}
	const warm = 500      // calls after the wait for the server, of which the first ones find cold caches
	var took [2][]float64 // away, up
	for range rounds {
		for up := range took {
			if up == 0 {
				server.Stop()
			}
			for range warm {
				one()
			}
			for range n {
				began := time.Now()
				one()
				took[up] = append(took[up], float64(time.Since(began).Nanoseconds()))
			}
			if up == 0 {
				server.Start()
			}
			b.must(store.Flush(context.Background()))
		}
	}
	slices.Sort(took[0])
	slices.Sort(took[1])
	return []Result{
		ratio("track_mongodb_down_p50", "ns", quantile(took[0], .5), quantile(took[1], .5), 1.1),
		ratio("track_mongodb_down_p99", "ns", quantile(took[0], .99), quantile(took[1], .99), 1.3),
	}
}
