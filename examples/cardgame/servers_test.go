// SPDX-License-Identifier: Apache-2.0

//go:build servers

package main_test

import (
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/players"
	"github.com/otelanalytics/otelanalytics-go/examples/internal/exampletest"
	"github.com/otelanalytics/otelanalytics-go/internal/redistest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// TestServersCatalogue has players play against a service that has everything: every name of the catalogue is on one
// page, and Redis shows when it is away.
func TestServersCatalogue(t *testing.T) {
	redis := redistest.Start(t)
	s := newService(t)
	s.start("-redis-addr", redis.Addr(), "-observe-every", "100ms")
	truth := s.play(players.Options{Players: 50, For: time.Second, Seed: 7})
	s.waitUntilStored()
	exampletest.Eventually(t, "redis_connections", func() bool { return s.values()["redis_connections"] >= 1 })
	checkCatalogue(t, servicetest.Scrape(t, s.url+"/metrics"), nil)
	checkSeries(t, truth, game(s.values()))
	up := func() float64 { return s.values()[`otelanalytics_observer_up{source="redis_connections"}`] }
	redis.Stop()
	exampletest.Eventually(t, "the observer is down", func() bool { return up() == 0 })
	if s.values()["redis_connections"] < 1 {
		t.Error("the last value did not stay")
	}
	redis.Restart()
	exampletest.Eventually(t, "the observer is up again", func() bool { return up() == 1 })
	s.Stop()
}
