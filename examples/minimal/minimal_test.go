// SPDX-License-Identifier: Apache-2.0

package main_test

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/examples/internal/exampletest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// maxStop is how long an orderly stop may take. It is below the three seconds
// for which the embedded MongoDB waits for clients that were not closed.
const maxStop = 2500 * time.Millisecond

// A user's first minutes: start it, do what it says, look, stop it, start it
// again.
func TestMinimal(t *testing.T) {
	program, err := exampletest.Build()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	since := time.Now().Truncate(time.Millisecond)
	start := func() (p *exampletest.Process, site, mongoURI string) {
		p = exampletest.Start(t, nil, program, "-addr", "127.0.0.1:0", "-data-dir", dir)
		site = strings.TrimSuffix(regexp.MustCompile(`http\S+`).FindString(p.Stdout("Its metrics:")), "/metrics")
		mongoURI = regexp.MustCompile(`mongodb://\S+`).FindString(p.Stdout("Its MongoDB:"))
		p.Stdout("Stop with Ctrl-C")
		return p, site, mongoURI
	}

	p, site, mongoURI := start()
	for _, name := range []string{"page_views_total", "purchases_total", "sign_ups_total"} {
		for series, n := range servicetest.Scrape(t, site+"/metrics").Values(name) {
			if n != 0 {
				t.Errorf("%s is %v before anything happened", series, n)
			}
		}
	}
	stdout, _ := p.Output()
	commands := regexp.MustCompile(`(?m)^  curl .*$`).FindAllString(stdout, -1)
	if len(commands) != 3 {
		t.Fatalf("%d curl lines are printed, want 3:\n%s", len(commands), stdout)
	}
	for _, command := range commands {
		curl(t, command)
	}
	want := map[string]float64{
		`page_views_total{page="pricing"}`:     1,
		`sign_ups_total{plan="free"}`:          0,
		`sign_ups_total{plan="pro"}`:           1,
		`purchases_total{product="book"}`:      1,
		`purchases_total{product="course"}`:    0,
		`purchases_total{product="coaching"}`:  0,
		`purchases_total{product="unknown"}`:   0,
		`purchase_value_count`:                 1,
		`purchase_value_sum`:                   12.5,
		`purchase_value_bucket{le="10"}`:       0,
		`purchase_value_bucket{le="20"}`:       1,
		`otelanalytics_journal_pending`:        0,
		`otelanalytics_events_recovered_total`: 0,
	}
	exampletest.Eventually(t, "nothing pending", func() bool {
		return servicetest.Scrape(t, site+"/metrics").Values("otelanalytics_journal_pending")["otelanalytics_journal_pending"] == 0
	})
	got := servicetest.Scrape(t, site+"/metrics").Values("")
	for series, n := range want {
		if value, there := got[series]; !there || value != n {
			t.Errorf("%s is %v (there: %v), want %v", series, value, there, n)
		}
	}
	wantDocuments := []bson.D{
		{{Key: "type", Value: "page_viewed"}, {Key: "user", Value: ""}, {Key: "data", Value: bson.M{"page": "pricing", "referrer": ""}}},
		{{Key: "type", Value: "purchase_completed"}, {Key: "user", Value: "ada"}, {Key: "data", Value: bson.M{"product": "book", "price": 12.5}}},
		{{Key: "type", Value: "user_signed_up"}, {Key: "user", Value: "ada"}, {Key: "data", Value: bson.M{"plan": "pro"}}},
	}
	if diff := cmp.Diff(wantDocuments, documents(t, mongoURI, since)); diff != "" {
		t.Errorf("documents (-want +got):\n%s", diff)
	}
	if took := p.Stop(); took > maxStop {
		t.Errorf("it took %v to stop", took)
	}

	p, site, mongoURI = start()
	if diff := cmp.Diff(wantDocuments, documents(t, mongoURI, since)); diff != "" {
		t.Errorf("documents after a restart (-want +got):\n%s", diff)
	}
	// A stop in the middle of things: what was answered is stored before the
	// process ends, so that the next one finds nothing left to deliver.
	for range 300 {
		curl(t, "curl "+site+"/pages/imprint")
	}
	if took := p.Stop(); took > maxStop {
		t.Errorf("it took %v to stop", took)
	}
	p, site, mongoURI = start()
	if n := servicetest.Scrape(t, site+"/metrics").Values("")["otelanalytics_events_recovered_total"]; n != 0 {
		t.Errorf("%v events were not stored before the process ended", n)
	}
	if n := len(documents(t, mongoURI, since)); n != 303 {
		t.Errorf("there are %d documents, want 303", n)
	}
	p.Stop()
}

func TestBadInput(t *testing.T) {
	program, err := exampletest.Build()
	if err != nil {
		t.Fatal(err)
	}
	p := exampletest.Start(t, nil, program, "-addr", "127.0.0.1:0", "-data-dir", t.TempDir())
	site := strings.TrimSuffix(regexp.MustCompile(`http\S+`).FindString(p.Stdout("Its metrics:")), "/metrics")
	for _, c := range []struct{ name, path, form string }{
		{"no user", "/signup", "plan=pro"},
		{"no price", "/purchase", "user=ada&product=book"},
		{"price is text", "/purchase", "user=ada&product=book&price=much"},
		{"price is negative", "/purchase", "user=ada&product=book&price=-1"},
		{"price is not a number", "/purchase", "user=ada&product=book&price=NaN"},
		{"price is infinite", "/purchase", "user=ada&product=book&price=Inf"},
	} {
		t.Run(c.name, func(t *testing.T) {
			form, err := url.ParseQuery(c.form)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := http.PostForm(site+c.path, form)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if resp.StatusCode != http.StatusBadRequest {
				t.Errorf("the answer is %s, want 400", resp.Status)
			}
		})
	}
	p.Stop()
}

// curl does what a printed command does.
func curl(t *testing.T, command string) {
	t.Helper()
	words := strings.Fields(command)[1:]
	form := url.Values{}
	for len(words) > 1 && words[0] == "-d" {
		name, value, _ := strings.Cut(words[1], "=")
		form.Add(name, value)
		words = words[2:]
	}
	if len(words) != 1 {
		t.Fatalf("what is %q?", command)
	}
	var resp *http.Response
	var err error
	if len(form) == 0 {
		resp, err = http.Get(words[0])
	} else {
		resp, err = http.PostForm(words[0], form)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if text, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %s", command, resp.Status, text)
	}
}

// documents returns what is stored, by type.
func documents(t *testing.T, uri string, since time.Time) []bson.D {
	t.Helper()
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Disconnect(t.Context()) }()
	cursor, err := client.Database("analytics").Collection("user_events").
		Find(t.Context(), bson.D{}, options.Find().SetSort(bson.D{{Key: "event_type", Value: 1}}))
	if err != nil {
		t.Fatal(err)
	}
	var all []struct {
		EventType string    `bson:"event_type"`
		UserID    string    `bson:"user_id"`
		Data      bson.M    `bson:"event_data"`
		Timestamp time.Time `bson:"timestamp"`
	}
	if err := cursor.All(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	var short []bson.D
	for _, d := range all {
		if d.Timestamp.Before(since) || d.Timestamp.After(time.Now()) {
			t.Errorf("%s happened at %v", d.EventType, d.Timestamp)
		}
		short = append(short, bson.D{{Key: "type", Value: d.EventType}, {Key: "user", Value: d.UserID}, {Key: "data", Value: d.Data}})
	}
	return short
}
