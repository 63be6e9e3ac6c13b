// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

const watchedMap = `
version: 1
redact: [password, "card.*"]
metrics:
  logins: {instrument: counter}
events:
  login:
    data:
      email: {type: string, redact: hash}
      age: {type: int}
      plan: {type: string, values: [free, pro]}
    record: [{metric: logins}]
  loose:
    data:
      n: {type: int}
    record: [{metric: logins}]
  ping: {store: false, record: [{metric: logins}]}
  fenced:
    on_violation: quarantine
    data: {n: {type: int, required: true}}
  strict:
    on_violation: reject
    data: {n: {type: int, required: true}}
`

// TestWatchedEvents compares a line for each event with what a watcher should learn of it.
func TestWatchedEvents(t *testing.T) {
	m := servicetest.Map(t, watchedMap)
	for _, tt := range []struct {
		name  string
		event otelanalytics.Event
		want  string
	}{
		{
			"stored",
			otelanalytics.Event{Type: "login", UserID: "ada", Data: map[string]any{"plan": "pro"}},
			`accepted user=ada doc {"plan":"pro"} metrics`,
		},
		{
			"redacted",
			otelanalytics.Event{Type: "login", Data: bson.D{{Key: "password", Value: "p"}, {Key: "plan", Value: "pro"}, {Key: "card", Value: bson.D{{Key: "secret-name", Value: 1}}}}},
			`accepted user= doc {"plan":"pro","card":{}} metrics redacted=*,password`,
		},
		{
			"violating",
			otelanalytics.Event{Type: "login", Data: map[string]any{"plan": "gold"}},
			`accepted user= doc {"plan":"gold"} metrics violates event_data.plan values`,
		},
		{
			"mistyped",
			otelanalytics.Event{Type: "loose", Data: map[string]any{"n": "x"}},
			`accepted user= doc {"n":"x"} metrics violates event_data.n type`,
		},
		{
			"not stored",
			otelanalytics.Event{Type: "ping", UserID: "ada", Data: map[string]any{"n": "1"}},
			`recorded user=ada {"n":"1"} metrics`,
		},
		{
			"quarantined",
			otelanalytics.Event{Type: "fenced", UserID: "ada"},
			`quarantined user=ada doc {} violates event_data.n required`,
		},
		{
			"rejected",
			otelanalytics.Event{Type: "strict", UserID: "ada", Data: map[string]any{"secret": 1}},
			`none user= error violates event_data.n required`,
		},
		{"cannot be encoded", otelanalytics.Event{Type: "login", UserID: "ada", Data: 5}, `none user= error`},
		{"dropped", otelanalytics.Event{Type: "login", UserID: "bot"}, `dropped user=`},
		{"undeclared", otelanalytics.Event{Type: "unheard", UserID: "ada"}, `accepted user=ada doc {} metrics`},
	} {
		for _, door := range []string{"Track", "TrackBatch"} {
			t.Run(tt.name+" by "+door, func(t *testing.T) {
				rec := analyticstest.New(t, m, otelanalytics.WithRedactKey([]byte(strings.Repeat("k", 32))),
					otelanalytics.WithBeforeTrack(func(_ context.Context, e *otelanalytics.Event) bool { return e.UserID != "bot" }))
				var got []string
				stop := rec.Client.Watch(func(w *otelanalytics.WatchedEvent) {
					if w.Type != tt.event.Type {
						t.Errorf("type %q", w.Type)
					}
					got = append(got, line(w))
				})
				defer stop()
				if door == "Track" {
					_ = rec.Client.Track(t.Context(), tt.event)
				} else {
					_ = rec.Client.TrackBatch(t.Context(), []otelanalytics.Event{tt.event})
				}
				rec.Violations()
				if len(got) != 1 || got[0] != tt.want {
					t.Errorf("got  %q\nwant %q", got, tt.want)
				}
			})
		}
	}
}

func line(w *otelanalytics.WatchedEvent) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s user=%s", w.Result, w.UserID)
	if w.Document != nil {
		b.WriteString(" doc")
		if inner := bson.Raw(w.Document).Lookup("event_data").Document(); string(inner) != string(w.Data) {
			b.WriteString(" whose data are others")
		}
	}
	if w.Data != nil {
		b.WriteString(" " + bson.Raw(w.Data).String())
	}
	if w.Metrics {
		b.WriteString(" metrics")
	}
	if w.Err != nil {
		b.WriteString(" error")
	}
	if len(w.Redacted) > 0 {
		b.WriteString(" redacted=" + strings.Join(slices.Sorted(slices.Values(w.Redacted)), ","))
	}
	for _, v := range w.Violations {
		fmt.Fprintf(&b, " violates %s %s", v.Path, v.Rule)
	}
	return strings.ReplaceAll(b.String(), ": ", ":")
}

func TestWatchersComeAndGo(t *testing.T) {
	rec := analyticstest.New(t, parse(t))
	track := func() {
		if err := rec.Client.Track(t.Context(), stored("")); err != nil {
			t.Fatal(err)
		}
	}
	counts := make([]int, 2)
	stops := make([]func(), 2)
	for i := range counts {
		stops[i] = rec.Client.Watch(func(*otelanalytics.WatchedEvent) { counts[i]++ })
	}
	track()
	stops[0]()
	stops[0]()
	track()
	stops[1]()
	track()
	if counts[0] != 1 || counts[1] != 2 {
		t.Errorf("the watchers saw %v events, want 1 and 2", counts)
	}
}

// TestWatcherThatPanics harms neither the event nor another watcher, and sees nothing more.
func TestWatcherThatPanics(t *testing.T) {
	log := new(servicetest.Log)
	rec := analyticstest.New(t, parse(t), otelanalytics.WithLogger(log.Logger()))
	panics, sees := 0, 0
	defer rec.Client.Watch(func(*otelanalytics.WatchedEvent) { panics++; panic("secret") })()
	defer rec.Client.Watch(func(*otelanalytics.WatchedEvent) { sees++ })()
	for range 3 {
		if err := rec.Client.Track(t.Context(), stored("")); err != nil {
			t.Fatal(err)
		}
	}
	if panics != 1 || sees != 3 || len(rec.Events("")) != 3 {
		t.Errorf("%d panics, %d seen, %d stored; want 1, 3, 3", panics, sees, len(rec.Events("")))
	}
	if text := log.String(); strings.Contains(text, "secret") || strings.Count(text, "a watcher of events panicked") != 1 {
		t.Errorf("the log has\n%s", text)
	}
}

func TestWatchersBesideTracking(t *testing.T) {
	rec := analyticstest.New(t, parse(t))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 200 {
				if err := rec.Client.Track(t.Context(), stored("")); err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() {
			for range 200 {
				rec.Client.Watch(func(*otelanalytics.WatchedEvent) {})()
				_ = rec.Client.MetricMemory()
			}
		})
	}
	wg.Wait()
	if n := len(rec.Events("")); n != 800 {
		t.Errorf("%d events, want 800", n)
	}
}

func TestTypeStats(t *testing.T) {
	rec := analyticstest.New(t, servicetest.Map(t, watchedMap), otelanalytics.WithRedactKey([]byte(strings.Repeat("k", 32))))
	for _, e := range []string{"login", "login", "ping", "unheard", "strict"} {
		_ = rec.Client.Track(t.Context(), otelanalytics.Event{Type: e})
	}
	rec.Violations()
	want := map[string]string{"login": "2 true", "ping": "1 true", "other": "1 true", "strict": "0 false map[invalid:1]"}
	for _, s := range rec.Client.TypeStats() {
		got := fmt.Sprint(s.Accepted, !s.LastSeen.IsZero())
		if s.Rejected != nil {
			got += fmt.Sprint(" ", s.Rejected)
		}
		expected := want[s.Name]
		if expected == "" {
			expected = "0 false"
		}
		if got != expected {
			t.Errorf("%s: %s, want %s", s.Name, got, expected)
		}
	}
	if n := rec.Client.Stats().Accepted; n != 3 {
		t.Errorf("%d events accepted in all, want the 3 that are stored", n)
	}
}
