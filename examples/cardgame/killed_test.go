// SPDX-License-Identifier: Apache-2.0

package main_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/players"
	"github.com/otelanalytics/otelanalytics-go/examples/internal/exampletest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// marker reports the use of features, each with a name of its own, and
// remembers which the service has answered for.
type marker struct {
	number   int
	answered []string
}

func (m *marker) run(url string, answers *atomic.Int64) {
	for i := 0; ; i++ {
		feature := fmt.Sprintf("feature-%d-%d", m.number, i)
		resp, err := http.Post(url+"/v1/features", "application/json", strings.NewReader(`{"feature":"`+feature+`"}`))
		if err != nil {
			return
		}
		resp.Body.Close()
		if resp.StatusCode == http.StatusNoContent {
			m.answered = append(m.answered, feature)
			answers.Add(1)
		}
	}
}

// The service is killed with kill -9 in the middle of a game night, while
// MongoDB is away. Started again, it stores everything that it had answered
// for, and everything once.
func TestKilled(t *testing.T) {
	s := newService(t)
	s.start()
	var answers atomic.Int64
	var clients sync.WaitGroup
	markers := make([]*marker, 4)
	for i := range markers {
		markers[i] = &marker{number: i}
		clients.Go(func() { markers[i].run(s.url, &answers) })
	}
	var truth players.Truth
	clients.Go(func() {
		// The error is that the service is gone.
		truth, _ = players.Play(t.Context(), s.url, players.Options{Players: 2, For: time.Minute, Seed: 9})
	})
	exampletest.Eventually(t, "500 documents", func() bool { return s.stored() >= 500 })
	if s.mongo.CanStop() {
		s.mongo.Kill()
	}
	more := answers.Load() + 500
	exampletest.Eventually(t, "500 more answers", func() bool { return answers.Load() >= more })
	s.Kill()
	clients.Wait()

	if s.mongo.CanStop() {
		s.mongo.Start()
	}
	s.start()
	s.waitUntilStored()
	if n := s.values()["otelanalytics_events_recovered_total"]; s.mongo.CanStop() && n < 500 {
		t.Errorf("%v events were in the journal when the service was killed, want at least 500: nothing was tested", n)
	}
	servicetest.Scrape(t, s.url+"/metrics").Balanced(t)
	documents := s.documents()
	for eventType, n := range truth.Events {
		if eventType != "feature_used" && documents[eventType] < n {
			t.Errorf("%s: the players were answered for %d, and there are %d documents", eventType, n, documents[eventType])
		}
	}
	s.checkMarkers(markers)
	s.Stop()
}

// checkMarkers checks that what was answered for is stored, that nothing is
// stored twice, and that of each marker at most the one request is stored that
// the kill left without an answer.
func (s *service) checkMarkers(markers []*marker) {
	s.t.Helper()
	cursor, err := s.db.Collection("user_events").Find(s.t.Context(), bson.D{{Key: "event_type", Value: "feature_used"}})
	if err != nil {
		s.t.Fatal(err)
	}
	var all []struct {
		Data struct{ Feature string } `bson:"event_data"`
	}
	if err := cursor.All(s.t.Context(), &all); err != nil {
		s.t.Fatal(err)
	}
	stored, marked := map[string]int{}, 0
	for _, d := range all {
		stored[d.Data.Feature]++
		if strings.HasPrefix(d.Data.Feature, "feature-") {
			marked++
			if stored[d.Data.Feature] == 2 {
				s.t.Errorf("%s is stored twice", d.Data.Feature)
			}
		}
	}
	answered := 0
	for _, m := range markers {
		for _, feature := range m.answered {
			answered++
			if stored[feature] == 0 {
				s.t.Errorf("%s was answered for, and is not stored", feature)
			}
		}
	}
	if marked > answered+len(markers) {
		s.t.Errorf("%d are stored, and only %d were answered for", marked, answered)
	}
}
