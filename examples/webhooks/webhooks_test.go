// SPDX-License-Identifier: Apache-2.0

package main_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/examples/internal/exampletest"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// maxStop is how long an orderly stop may take when nothing is pending.
const maxStop = 2500 * time.Millisecond

// build builds the service once for all tests.
var build = sync.OnceValues(exampletest.Build)

// service is a running webhooks process, or the way to start one.
type service struct {
	*exampletest.Process
	t    *testing.T
	env  []string
	args []string
	db   *mongo.Database
	url  string

	dataDir  string
	ferretDB bool
}

// newService prepares a service with a database and a data directory of its
// own. It is not running yet.
func newService(t *testing.T) *service {
	t.Helper()
	server := mongotest.Start(t)
	db := server.Database(t)
	dataDir := t.TempDir()
	return &service{
		t:        t,
		db:       db,
		dataDir:  dataDir,
		ferretDB: isFerretDB(t, db),
		// What a deployment says of itself, for the documents.
		env: []string{"OTEL_SERVICE_NAME=webhooks-test", "OTEL_RESOURCE_ATTRIBUTES=service.version=1.2.3"},
		args: []string{
			"-addr", "127.0.0.1:0", "-mongodb-uri", server.URI(), "-mongodb-database", db.Name(), "-data-dir", dataDir,
		},
	}
}

var servingLine = regexp.MustCompile(` webhook=(\S+)/webhook `)

// start starts the process, and returns when it serves.
func (s *service) start(args ...string) {
	s.t.Helper()
	program, err := build()
	if err != nil {
		s.t.Fatal(err)
	}
	s.Process = exampletest.Start(s.t, s.env, program, append(s.args, args...)...)
	s.url = servingLine.FindStringSubmatch(s.Stderr(" webhook="))[1]
}

// outcome is the line that a replay prints.
type outcome struct {
	Accepted, Rejected, Stored, Deduplicated, Pending, Quarantined, Duplicate, Recovered, Lost float64
}

// outcome waits for the replay to be done.
func (s *service) outcome() outcome {
	s.t.Helper()
	var o outcome
	if err := json.Unmarshal([]byte(s.Stdout("{")), &o); err != nil {
		s.t.Fatal(err)
	}
	return o
}

// values returns the numbers of the metrics page under a prefix.
func (s *service) values(prefix string) map[string]float64 {
	s.t.Helper()
	return servicetest.Scrape(s.t, s.url+"/metrics").Values(prefix)
}

// check compares everything that can be seen from outside with the truth.
func (s *service) check(want *truth, since time.Time) {
	s.t.Helper()
	checkDocuments(s.t, "stored", s.stored(), want.stored, since)
	checkDocuments(s.t, "quarantined", s.quarantined(), want.quarantined, since)
	checkIndexes(s.t, s.db)
	if diff := cmp.Diff(want.series, s.values("github_")); diff != "" {
		s.t.Errorf("metrics (-want +got):\n%s", diff)
	}
	page := servicetest.Scrape(s.t, s.url+"/metrics")
	page.Balanced(s.t)
	sum := map[string]float64{}
	for _, name := range []string{"accepted", "stored", "deduplicated", "duplicate", "rejected", "recovered", "lost", "quarantined"} {
		sum[name] = float64(page.Events(name))
	}
	own := map[string]float64{
		"accepted": want.accepted, "stored": float64(len(want.stored)), "duplicate": want.duplicate,
		"rejected": want.rejected, "deduplicated": 0, "recovered": 0, "lost": 0, "quarantined": float64(len(want.quarantined)),
	}
	if diff := cmp.Diff(own, sum); diff != "" {
		s.t.Errorf("the SDK's own metrics (-want +got):\n%s", diff)
	}
}

// deliverAll adds the example's file.
func (t *truth) deliverAll(tb testing.TB) {
	tb.Helper()
	for i, line := range readLines(tb, realDeliveries) {
		d := parse(tb, line)
		t.deliver(tb, d["event"].(string), lineKey("github-webhooks.jsonl.gz", i+1), d["payload"].(map[string]any))
	}
}

func TestRealDeliveries(t *testing.T) {
	since := time.Now()
	s := newService(t)
	want := newTruth(s.ferretDB)
	want.deliverAll(t)
	if want.accepted != 329 {
		t.Fatalf("the file has %v deliveries, want 329", want.accepted)
	}
	s.start("-replay", absolute(t, realDeliveries), "-linger")
	if diff := cmp.Diff(want.outcome(), s.outcome()); diff != "" {
		t.Errorf("outcome (-want +got):\n%s", diff)
	}
	s.check(want, since)
	if took := s.Stop(); took > maxStop {
		t.Errorf("it took %v to stop", took)
	}
}

// A second replay in a new process, whose memory of keys is empty: MongoDB
// refuses what it has.
func TestReplayTwiceStoresOnce(t *testing.T) {
	since := time.Now()
	s := newService(t)
	want := newTruth(s.ferretDB)
	want.deliverAll(t)
	for round := 1; round <= 2; round++ {
		s.start("-replay", absolute(t, realDeliveries))
		if diff := cmp.Diff(want.outcomeOf(round), s.outcome()); diff != "" {
			t.Errorf("round %d: outcome (-want +got):\n%s", round, diff)
		}
		if status := s.Exit(); status != 0 {
			t.Errorf("round %d: exit status %d", round, status)
		}
	}
	checkDocuments(t, "stored", s.stored(), want.stored, since)
}

// The service with the MongoDB that it brings, as the README has it.
func TestEmbeddedMongoDB(t *testing.T) {
	program, err := build()
	if err != nil {
		t.Fatal(err)
	}
	want := newTruth(true)
	want.deliverAll(t)
	s := &service{t: t}
	dir := t.TempDir()
	for round := 1; round <= 2; round++ {
		s.Process = exampletest.Start(t, nil, program, "-addr", "127.0.0.1:0", "-data-dir", dir, "-replay", absolute(t, realDeliveries))
		if diff := cmp.Diff(want.outcomeOf(round), s.outcome()); diff != "" {
			t.Errorf("round %d: outcome (-want +got):\n%s", round, diff)
		}
		if status := s.Exit(); status != 0 {
			t.Errorf("round %d: exit status %d", round, status)
		}
	}
}

// A file that is cut off: what is readable is delivered, and the exit status
// says that it was not everything.
func TestFileCutOff(t *testing.T) {
	whole, err := os.ReadFile(realDeliveries)
	if err != nil {
		t.Fatal(err)
	}
	file := t.TempDir() + "/github-webhooks.jsonl.gz"
	write(t, file, string(whole[:len(whole)/2]))
	s := newService(t)
	s.start("-replay", file)
	got := s.outcome()
	if got.Accepted < 50 || got.Accepted > 300 || got.Pending != 0 {
		t.Errorf("half a file gives %+v", got)
	}
	s.Stderr("unexpected EOF")
	if status := s.Exit(); status != 1 {
		t.Errorf("exit status %d, want 1", status)
	}
	if n := countDocuments(t, s.db); n != int64(got.Stored) {
		t.Errorf("there are %d documents, want %v", n, got.Stored)
	}
}

func TestMetricsAddress(t *testing.T) {
	s := newService(t)
	s.start("-metrics-addr", "127.0.0.1:0")
	line := s.Stderr("serving metrics")
	address, err := url.Parse(regexp.MustCompile(` url=(\S+)`).FindStringSubmatch(line)[1])
	if err != nil {
		t.Fatal(err)
	}
	if address.Host == s.url {
		t.Fatalf("both servers are at %s", s.url)
	}
	page := servicetest.Scrape(t, address.String())
	if diff := cmp.Diff(s.values("github_"), page.Values("github_")); diff != "" {
		t.Errorf("the two pages differ:\n%s", diff)
	}
	if _, there := page["go_goroutines"]; !there {
		t.Error("there are no metrics of the Go runtime")
	}
	s.Stop()
}

func TestFlagMistakes(t *testing.T) {
	program, err := build()
	if err != nil {
		t.Fatal(err)
	}
	empty := t.TempDir() + "/secret"
	write(t, empty, "\n")
	for _, c := range []struct {
		name, message string
		args          []string
		status        int
	}{
		{"an argument", "takes no arguments", []string{"replay"}, 2},
		{"unknown flag", "flag provided but not defined", []string{"-nosuch"}, 2},
		{"no secret file", "no such file", []string{"-secret-file", empty + "s"}, 1},
		{"empty secret", "is empty", []string{"-secret-file", empty}, 1},
		{"address", "missing port", []string{"-mongodb-uri", "mongodb://127.0.0.1:1", "-addr", "nonsense"}, 1},
		{"directory", "%", []string{"-data-dir", "100%"}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := exampletest.Start(t, nil, program, c.args...)
			p.Stderr(c.message)
			if status := p.Exit(); status != c.status {
				t.Errorf("exit status %d, want %d", status, c.status)
			}
		})
	}
}

// lineKey is the key of a delivery that was recorded without its id.
func lineKey(file string, number int) string { return uuidOf(fmt.Sprintf("%s#%d", file, number)) }
