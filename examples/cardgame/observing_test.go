// SPDX-License-Identifier: Apache-2.0

package main_test

import (
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/players"
	"github.com/otelanalytics/otelanalytics-go/examples/internal/exampletest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// observed reports whether all of these gauges are on the page.
func (s *service) observed(names ...string) bool {
	s.t.Helper()
	page := servicetest.Scrape(s.t, s.url+"/metrics")
	for _, name := range names {
		if page[name] == nil {
			return false
		}
	}
	return true
}

// TestObservers compares what observers read with what is stored.
func TestObservers(t *testing.T) {
	s := newService(t)
	s.start("-observe-every", "100ms")
	s.play(players.Options{Players: 10, For: 300 * time.Millisecond, Seed: 10})
	s.waitUntilStored()
	users := s.users(t)
	if users < 10 {
		t.Fatalf("%v users are stored, and 10 played", users)
	}
	want := map[string]float64{}
	for _, period := range []string{"daily", "weekly", "monthly"} {
		want[`active_users_current{time_period="`+period+`"}`] = users
		for _, platform := range []string{"android", "ios", "web"} {
			want[`active_users_by_platform{platform="`+platform+`",time_period="`+period+`"}`] = s.users(t, bson.E{Key: "platform", Value: platform})
		}
		if n := s.users(t, bson.E{Key: "platform", Value: bson.D{{Key: "$exists", Value: false}}}); n > 0 {
			want[`active_users_by_platform{platform="unknown",time_period="`+period+`"}`] = n
		}
	}
	for series, n := range want {
		exampletest.Eventually(t, series+" is the number of users", func() bool {
			value, there := s.values()[series]
			return there && value == n
		})
	}
	values := s.values()
	if n := values["mongodb_connections"]; n < 1 || n > 100 {
		t.Errorf("mongodb_connections is %v", n)
	}
	for _, source := range []string{"active_users", "mongodb_connections"} {
		if values[`otelanalytics_observer_up{source="`+source+`"}`] != 1 {
			t.Errorf("the observer %s is not up", source)
		}
	}
	s.Stop()
	if _, stderr := s.Output(); !strings.Contains(stderr, "no Redis is observed") {
		t.Errorf("the log does not say that no Redis is observed:\n%s", stderr)
	}
}

// users returns how many different users the stored events have that match.
func (s *service) users(t *testing.T, filter ...bson.E) float64 {
	t.Helper()
	var ids []string
	found := s.db.Collection("user_events").Distinct(t.Context(), "user_id", append(bson.D{{Key: "user_id", Value: bson.D{{Key: "$gt", Value: ""}}}}, filter...))
	if err := found.Decode(&ids); err != nil {
		t.Fatal(err)
	}
	return float64(len(ids))
}
