// SPDX-License-Identifier: Apache-2.0

package main_test

import (
	"regexp"
	"strings"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/players"
	"github.com/otelanalytics/otelanalytics-go/examples/internal/exampletest"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// build builds the service once for all tests.
var build = sync.OnceValues(exampletest.Build)

// service is a running cardgame process, or the way to start one.
type service struct {
	*exampletest.Process
	t       *testing.T
	mongo   *mongotest.Server
	db      *mongo.Database
	env     []string
	args    []string
	dataDir string

	url, metricsURL string // of the API, and of the server for metrics alone
}

// newService prepares a service with a MongoDB server and a data directory of
// its own. It is not running yet.
func newService(t *testing.T) *service {
	t.Helper()
	server := mongotest.Start(t)
	db := server.Database(t)
	dataDir := t.TempDir()
	return &service{
		t: t, mongo: server, db: db, dataDir: dataDir,
		env:  []string{"OTELANALYTICS_MONGODB_DATABASE=" + db.Name()},
		args: []string{"-addr", "127.0.0.1:0", "-metrics-addr", "127.0.0.1:0", "-mongodb-uri", server.URI(), "-data-dir", dataDir},
	}
}

var servingLine = regexp.MustCompile(`msg=serving url=(\S+) metrics=(\S+)`)

// start starts the process, and returns when it serves.
func (s *service) start(args ...string) {
	s.t.Helper()
	program, err := build()
	if err != nil {
		s.t.Fatal(err)
	}
	s.Process = exampletest.Start(s.t, s.env, program, append(s.args, args...)...)
	urls := servingLine.FindStringSubmatch(s.Stderr("msg=serving"))
	s.url, s.metricsURL = urls[1], urls[2]
}

// play has players play against the service, none of whom may be surprised by
// an answer.
func (s *service) play(o players.Options) players.Truth {
	s.t.Helper()
	truth, err := players.Play(s.t.Context(), s.url, o)
	if err != nil {
		s.t.Fatal(err)
	}
	return truth
}

// values returns the numbers of the metrics page.
func (s *service) values() map[string]float64 {
	s.t.Helper()
	return servicetest.Scrape(s.t, s.url+"/metrics").Values("")
}

// game is the part of a page that the event map declares, without buckets.
func game(values map[string]float64) map[string]float64 {
	of := map[string]float64{}
	for series, n := range values {
		name, _, _ := strings.Cut(series, "{")
		for _, prefix := range []string{"user_", "guest_", "dutch_", "credit_", "app_"} {
			if strings.HasPrefix(name, prefix) && !strings.HasSuffix(name, "_bucket") {
				of[series] = n
			}
		}
	}
	return of
}

// sum adds up the series of one metric.
func sum(values map[string]float64, name string) float64 {
	n := 0.0
	for series, value := range values {
		if before, _, _ := strings.Cut(series, "{"); before == name {
			n += value
		}
	}
	return n
}

// waitUntilStored waits until MongoDB has everything.
func (s *service) waitUntilStored() {
	s.t.Helper()
	exampletest.Eventually(s.t, "nothing pending", func() bool { return s.values()["otelanalytics_journal_pending"] == 0 })
}

// documents counts what is stored, by event type.
func (s *service) documents() map[string]int64 {
	s.t.Helper()
	cursor, err := s.db.Collection("user_events").Aggregate(s.t.Context(), bson.A{
		bson.M{"$group": bson.M{"_id": "$event_type", "n": bson.M{"$sum": 1}}},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	var groups []struct {
		Type string `bson:"_id"`
		N    int64  `bson:"n"`
	}
	if err := cursor.All(s.t.Context(), &groups); err != nil {
		s.t.Fatal(err)
	}
	documents := map[string]int64{}
	for _, g := range groups {
		documents[g.Type] = g.N
	}
	return documents
}

// stored is how many documents the service says that MongoDB has taken.
func (s *service) stored() float64 {
	s.t.Helper()
	return sum(s.values(), "otelanalytics_events_stored_total")
}
