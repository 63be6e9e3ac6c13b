// SPDX-License-Identifier: Apache-2.0

package main_test

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/players"
	"github.com/otelanalytics/otelanalytics-go/examples/internal/exampletest"
)

// Metrics are switched off and on, all of them and those of a module, while
// players play: by the file and SIGHUP. Documents know nothing of it.
func TestSwitches(t *testing.T) {
	s := newService(t)
	file := filepath.Join(t.TempDir(), "otelanalytics.yaml")
	configure := func(text, message string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s.Signal(syscall.SIGHUP)
		s.Stderr(message)
	}
	if err := os.WriteFile(file, []byte("metrics: {enabled: true}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.start("-config", file, "-observe-every", "100ms")
	ctx, stop := context.WithCancel(t.Context())
	truth := make(chan players.Truth)
	go func() {
		counted, err := players.Play(ctx, s.url, players.Options{Players: 50, For: 2 * time.Minute, Seed: 2})
		if err != nil {
			t.Error(err)
		}
		truth <- counted
	}()

	all, users := []string{""}, []string{"user_", "guest_"}
	others := []string{"dutch_games_created_total", "dutch_coin_transactions_total", "credit_system_transactions_total"}
	s.grow(append(others, "user_logins_total")...)
	configure("metrics: {enabled: false}\n", `"configuration loaded" metrics=false`)
	s.standStill(all...)
	configure("metrics: {enabled: true}\n", `"configuration loaded" metrics=true modules_disabled=[]`)
	s.grow(append(others, "user_logins_total")...)
	configure("metrics: {modules_disabled: [user_management]}\n", `modules_disabled=[user_management]`)
	s.standStill(users...)
	s.grow(others...)
	// A mistake in the file changes nothing.
	configure("metrics: {enabled: perhaps}\n", `"configuration not loaded"`)
	s.standStill(users...)
	s.grow(others...)
	configure("metrics: {events_disabled: [dutch_called]}\nlog_level: error\n", "")
	s.standStill("dutch_calls_total")
	s.grow(append(others, "user_logins_total")...)

	// Observers have a switch, too.
	gauges := []string{"active_users_current", "mongodb_connections"}
	configure("metrics: {modules_disabled: [observers]}\n", `modules_disabled=[observers]`)
	exampletest.Eventually(t, "no gauges", func() bool { return !s.observed(gauges...) })
	s.grow(append(others, "user_logins_total")...)
	configure("metrics: {events_disabled: [card_played]}\n", `events_disabled=[card_played]`)
	exampletest.Eventually(t, "gauges again", func() bool { return s.observed(gauges...) })

	stop()
	counted := <-truth
	s.waitUntilStored()
	if diff := cmp.Diff(counted.Events, s.documents()); diff != "" {
		t.Errorf("documents by type (-players' count +stored):\n%s", diff)
	}
	s.Stop()
	// The fourth change raised the level, and took effect before it was logged.
	if _, stderr := s.Output(); strings.Count(stderr, "configuration loaded") != 5 {
		t.Errorf("the configuration should be loaded with a log record five times, and once without:\n%s", stderr)
	}
}

// some is how many documents show that the players have gone on.
const some = 100

// standStill waits until the series with these prefixes do not change while
// documents come in. A request that began before the switch may still count.
func (s *service) standStill(prefixes ...string) {
	s.t.Helper()
	exampletest.Eventually(s.t, strings.Join(prefixes, " ")+" stands still", func() bool {
		before := s.with(prefixes)
		s.wait(some)
		return maps.Equal(before, s.with(prefixes))
	})
}

// grow waits until each of these metrics has grown.
func (s *service) grow(names ...string) {
	s.t.Helper()
	before := s.values()
	exampletest.Eventually(s.t, strings.Join(names, " ")+" grow", func() bool {
		now := s.values()
		for _, name := range names {
			if sum(now, name) <= sum(before, name) {
				return false
			}
		}
		return true
	})
}

// with is the part of the page that begins with any of the prefixes.
func (s *service) with(prefixes []string) map[string]float64 {
	s.t.Helper()
	of := map[string]float64{}
	for series, n := range game(s.values()) {
		for _, prefix := range prefixes {
			if strings.HasPrefix(series, prefix) {
				of[series] = n
			}
		}
	}
	return of
}

// wait waits for n more documents.
func (s *service) wait(n float64) {
	s.t.Helper()
	want := s.stored() + n
	exampletest.Eventually(s.t, "more documents", func() bool { return s.stored() >= want })
}
