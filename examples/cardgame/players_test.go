// SPDX-License-Identifier: Apache-2.0

package main_test

import (
	"encoding/json"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/players"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// maxStop is how long an orderly stop may take when nothing is pending.
const maxStop = 2500 * time.Millisecond

// Fifty players play for four seconds, and what they were answered is what is
// on /metrics and in MongoDB: no less, no more.
func TestFiftyPlayers(t *testing.T) {
	s := newService(t)
	s.start()
	checkZeros(t, s.values())
	truth := s.play(players.Options{Players: 50, For: 4 * time.Second, Seed: 50})
	s.waitUntilStored()
	values := s.values()

	t.Run("metrics", func(t *testing.T) { checkSeries(t, truth, game(values)) })
	t.Run("every value", func(t *testing.T) { checkCoverage(t, truth) })
	t.Run("standalone page", func(t *testing.T) {
		if diff := cmp.Diff(game(values), game(servicetest.Scrape(t, s.metricsURL).Values(""))); diff != "" {
			t.Errorf("the pages differ (-service +standalone):\n%s", diff)
		}
	})
	t.Run("catalogue", func(t *testing.T) { checkCatalogue(t, servicetest.Scrape(t, s.url+"/metrics"), withoutRedis) })
	t.Run("promlint", func(t *testing.T) { checkLint(t, s.url+"/metrics") })
	t.Run("documents by label set", func(t *testing.T) { s.checkDocuments(t, truth) })
	t.Run("documents", func(t *testing.T) {
		documents := s.documents()
		if diff := cmp.Diff(truth.Events, documents); diff != "" {
			t.Errorf("documents by type (-players' count +stored):\n%s", diff)
		}
		var n int64
		for _, count := range documents {
			n += count
		}
		for _, name := range []string{"otelanalytics_events_accepted_total", "otelanalytics_events_stored_total"} {
			if got := sum(values, name); got != float64(n) {
				t.Errorf("%s is %v in all, and there are %d documents", name, got, n)
			}
		}
		for _, name := range []string{
			"rejected", "quarantined", "lost", "recovered", "duplicate", "deduplicated",
		} {
			if got := sum(values, "otelanalytics_events_"+name+"_total"); got != 0 {
				t.Errorf("%v events %s", got, name)
			}
		}
		for _, name := range []string{
			"otelanalytics_attributes_overflow_total", "otelanalytics_values_refused_total", "otelanalytics_fields_mistyped_total",
		} {
			if got := sum(values, name); got != 0 {
				t.Errorf("%s is %v, want 0: the map and what is tracked do not fit", name, got)
			}
		}
	})
	if took := s.Stop(); took > maxStop {
		t.Errorf("it took %v to stop", took)
	}
}

// The players that the service brings: the line that they print says what
// happened, and everything is stored when it is printed.
func TestOutcome(t *testing.T) {
	s := newService(t)
	s.start("-players", "20", "-for", "1s", "-seed", "20", "-json")
	var o struct {
		Players                                             int
		Seed                                                uint64
		Seconds                                             float64
		Requests                                            int64
		Events                                              map[string]int64
		Series                                              map[string]float64
		Accepted, Stored, Pending, Quarantined, Lost        int64
		Rejected, Dropped, Duplicate, Recovered, Unexpected int64
		Deduplicated, Suppressed                            int64
	}
	line := s.Stdout("{")
	decoder := json.NewDecoder(strings.NewReader(line))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&o); err != nil {
		t.Fatal(err)
	}
	if status := s.Exit(); status != 0 {
		t.Errorf("exit status %d", status)
	}
	if stdout, _ := s.Output(); stdout != line+"\n" {
		t.Errorf("there is more than one line on standard output:\n%s", stdout)
	}
	if diff := cmp.Diff(o.Events, s.documents()); diff != "" {
		t.Errorf("documents by type (-printed +stored):\n%s", diff)
	}
	var n int64
	for _, count := range o.Events {
		n += count
	}
	if n == 0 || o.Accepted != n || o.Stored != n || o.Pending+o.Quarantined+o.Lost+o.Rejected+o.Dropped+o.Duplicate+o.Recovered+o.Deduplicated+o.Suppressed != 0 {
		t.Errorf("%d events are printed with %s", n, line)
	}
	if o.Players != 20 || o.Seed != 20 || o.Seconds < 1 || o.Requests < n/4 {
		t.Errorf("the line says %d players, seed %d, %v s, %d requests", o.Players, o.Seed, o.Seconds, o.Requests)
	}
	if got := o.Series[`dutch_games_created_total{game_mode="tournament"}`]; got == 0 {
		t.Errorf("no tournament in the series: %v", o.Series)
	}
}

// checkSeries compares what the players counted with a page. What they did not
// count is there and 0.
func checkSeries(t *testing.T, truth players.Truth, got map[string]float64) {
	t.Helper()
	for series, want := range truth.Series {
		value, there := got[series]
		// Seconds were added up in another order.
		inexact := strings.Contains(series, "dutch_game_duration_seconds_sum") && math.Abs(value-want) <= 1e-9*want
		if !there || value != want && !inexact {
			t.Errorf("%s is %v (there: %v), the players counted %v", series, value, there, want)
		}
	}
	for series, value := range got {
		if strings.HasPrefix(series, "app_request_duration_seconds_sum") {
			continue // only the service knows how long it took
		}
		if _, counted := truth.Series[series]; !counted && value != 0 {
			t.Errorf("%s is %v, and the players counted none", series, value)
		}
	}
}

// checkZeros checks a page before anything has happened.
func checkZeros(t *testing.T, values map[string]float64) {
	t.Helper()
	for series, n := range game(values) {
		if n != 0 {
			t.Errorf("%s is %v before anybody has played", series, n)
		}
	}
	for _, series := range []string{
		`user_logins_total{account_type="admin",auth_method="jwt"}`,
		`user_registrations_total{account_type="normal",registration_type="unknown"}`,
		`dutch_games_in_progress{game_mode="practice"}`,
		`credit_system_transactions_total{status="failed",type="refund"}`,
	} {
		if _, there := values[series]; !there {
			t.Errorf("%s is not on the page before it first counts", series)
		}
	}
}

// checkCoverage checks that the players have done everything that the
// catalogue has a label value for.
func checkCoverage(t *testing.T, truth players.Truth) {
	t.Helper()
	for _, m := range readCatalogue(t) {
		if slices.Contains([]string{"active_users_current", "active_users_by_platform", "mongodb_connections", "redis_connections"}, m.name) {
			continue // nobody causes these
		}
		for _, l := range m.labels {
			for _, value := range l.values {
				// Nobody can leave out what a purchase of credits is.
				if (l.name == "type" || l.name == "status") && value == "unknown" {
					continue
				}
				if !counted(truth, m.name, servicetest.Series("", map[string]string{l.name: value})) {
					t.Errorf("no player has caused %s with %s=%s", m.name, l.name, value)
				}
			}
		}
	}
}

func counted(truth players.Truth, name, label string) bool {
	for series := range truth.Series {
		if strings.HasPrefix(series, name) && strings.Contains(series, strings.Trim(label, "{}")) {
			return true
		}
	}
	return false
}

// checkLint has Prometheus' own linter look at a page.
func checkLint(t *testing.T, url string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	problems, err := promlint.New(resp.Body).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}
