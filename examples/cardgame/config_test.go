// SPDX-License-Identifier: Apache-2.0

package main_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/players"
	"github.com/otelanalytics/otelanalytics-go/examples/internal/exampletest"
)

// TestShippedConfiguration starts the service with nothing but the file that is shipped and the variables that it
// refers to.
func TestShippedConfiguration(t *testing.T) {
	file, err := filepath.Abs("otelanalytics.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := newService(t)
	s.args = []string{"-addr", "127.0.0.1:0", "-metrics-addr", "127.0.0.1:0", "-config", file}
	s.env = []string{
		"CARDGAME_MONGODB_URI=" + s.mongo.URI(), "CARDGAME_MONGODB_DATABASE=" + s.db.Name(), "CARDGAME_DATA_DIR=" + s.dataDir,
		"CARDGAME_REDACT_KEY=0123456789abcdef",
	}
	s.start()
	truth := s.play(players.Options{Players: 5, For: 200 * time.Millisecond, Seed: 3})
	s.waitUntilStored()
	checkSeries(t, truth, game(s.values()))
	exampletest.Eventually(t, "the observers of the file", func() bool { return s.observed("active_users_current") })
	s.Stop()
	if _, stderr := s.Output(); strings.Contains(stderr, "embedded MongoDB") {
		t.Errorf("the variable for MongoDB is not heeded:\n%s", stderr)
	}

	// Variables of the SDK go over the file, and flags over both.
	s.env = append(s.env, "CARDGAME_DATA_DIR=/dev/null/no", "OTELANALYTICS_DATA_DIR=/dev/null/neither", "OTELANALYTICS_OBSERVERS_ENABLED=false")
	s.args = append(s.args, "-data-dir", s.dataDir)
	s.start()
	s.play(players.Options{Players: 2, For: 100 * time.Millisecond, Seed: 4})
	if s.observed("active_users_current") {
		t.Error("observers are on, although the environment says otherwise")
	}
	s.Stop()

	// What is wrong names the place and the variable, not what it holds.
	program, err := build()
	if err != nil {
		t.Fatal(err)
	}
	p := exampletest.Start(t, []string{"CARDGAME_MONGODB_URI=u:hunter2@db"}, program, "-config", file)
	p.Stderr("otelanalytics.yaml:6:8: mongodb.uri: the value (not shown) is not a connection string")
	if status := p.Exit(); status != 1 {
		t.Errorf("exit status %d", status)
	}
	if _, stderr := p.Output(); strings.Contains(stderr, "hunter2") {
		t.Errorf("a secret is in the log:\n%s", stderr)
	}
}
