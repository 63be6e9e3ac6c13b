// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// sick is a store that says what the test wants of its health.
type sick struct {
	otelanalytics.Store
	health eventstore.Health
}

func (s sick) Health(context.Context) eventstore.Health              { return s.health }
func (s sick) OnInsertAttempt(func(eventstore.InsertAttempt)) func() { return func() {} }
func (s sick) OnUnstored(func([]eventstore.Unstored)) func()         { return func() {} }
func (s sick) Shutdown(context.Context) error                        { return nil }
func (s sick) TakesAck(otelanalytics.Ack) error                      { return nil }
func (s sick) Suppressing() bool                                     { return false }
func (s sick) MaxEventBytes() (int, string)                          { return eventstore.MaxDocumentBytes, "" }
func (s sick) Stats() eventstore.Stats                               { return eventstore.Stats{Pending: 3} }

func probe(t *testing.T, c *otelanalytics.Client, options ...otelanalytics.ReadinessOption) (status int, body string) {
	t.Helper()
	w := httptest.NewRecorder()
	c.ReadinessHandler(options...).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
	if got := w.Header().Get("Content-Type"); got != "application/json" || !json.Valid(w.Body.Bytes()) {
		t.Errorf("content type %s of %s", got, w.Body)
	}
	return w.Code, strings.TrimSpace(w.Body.String())
}

func TestReadiness(t *testing.T) {
	at := time.Date(2026, 1, 2, 15, 4, 5, 0, time.UTC)
	for _, c := range []struct {
		name    string
		health  eventstore.Health
		options []otelanalytics.ReadinessOption
		status  int
		body    string
	}{
		{
			"well",
			eventstore.Health{SinkName: "mongodb"},
			nil, 200,
			`{"status":"ready","journal":{"usable":true},"sink":{"name":"mongodb","reachable":true},"pending":0,"oldest_pending_seconds":0}`,
		},
		{
			"well, in memory",
			eventstore.Health{SinkName: "mongodb", Storage: eventstore.Memory},
			nil, 200,
			`{"status":"ready","journal":{"usable":true,"storage":"memory"},"sink":{"name":"mongodb","reachable":true},"pending":0,"oldest_pending_seconds":0}`,
		},
		{
			"MongoDB away",
			eventstore.Health{SinkName: "mongodb", SinkError: "db.internal:27017: no server", Pending: 12, OldestAge: 3200 * time.Millisecond, LastError: "open /data/journal: no space", LastErrorAt: at},
			nil, 200,
			`{"status":"degraded","journal":{"usable":true},"sink":{"name":"mongodb","reachable":false,"error":"not shown; the log has it"},"pending":12,"oldest_pending_seconds":3.2,"last_error":{"message":"not shown; the log has it","time":"2026-01-02T15:04:05Z"}}`,
		},
		{
			"MongoDB away, with details",
			eventstore.Health{SinkName: "mongodb", SinkError: "no server", Pending: 12, OldestAge: 3200 * time.Millisecond, LastError: "no server", LastErrorAt: at},
			[]otelanalytics.ReadinessOption{otelanalytics.WithErrorDetails()},
			200,
			`{"status":"degraded","journal":{"usable":true},"sink":{"name":"mongodb","reachable":false,"error":"no server"},"pending":12,"oldest_pending_seconds":3.2,"last_error":{"message":"no server","time":"2026-01-02T15:04:05Z"}}`,
		},
		{
			"MongoDB away for too long",
			eventstore.Health{SinkName: "mongodb", SinkError: "no server", Pending: 12, OldestAge: 3200 * time.Millisecond},
			[]otelanalytics.ReadinessOption{otelanalytics.WithMaxPendingAge(3 * time.Second)},
			503,
			`{"status":"unavailable","journal":{"usable":true},"sink":{"name":"mongodb","reachable":false,"error":"not shown; the log has it"},"pending":12,"oldest_pending_seconds":3.2}`,
		},
		{
			"another sink away",
			eventstore.Health{SinkName: "mongodb", Sinks: []eventstore.SinkHealth{{Name: "copy", Error: "nats.internal: no server", Pending: 12, OldestAge: 1500 * time.Millisecond}, {Name: "log"}}},
			[]otelanalytics.ReadinessOption{otelanalytics.WithMaxPendingAge(time.Second)}, // which is about the first
			200,
			`{"status":"degraded","journal":{"usable":true},"sink":{"name":"mongodb","reachable":true},"sinks":[{"name":"copy","reachable":false,"error":"not shown; the log has it","pending":12,"oldest_pending_seconds":1.5},` +
				`{"name":"log","reachable":true,"pending":0,"oldest_pending_seconds":0}],"pending":0,"oldest_pending_seconds":0}`,
		},
		{
			"journal full",
			eventstore.Health{SinkName: "mongodb", JournalError: otelanalytics.ErrJournalFull.Error(), Pending: 7, OldestAge: time.Second},
			nil, 503,
			`{"status":"unavailable","journal":{"usable":false,"error":"eventstore: journal full"},"sink":{"name":"mongodb","reachable":true},"pending":7,"oldest_pending_seconds":1}`,
		},
		{
			"the disk refuses the journal",
			eventstore.Health{SinkName: "mongodb", JournalError: "open /data/journal/1: read-only file system"},
			nil, 503,
			`{"status":"unavailable","journal":{"usable":false,"error":"not shown; the log has it"},"sink":{"name":"mongodb","reachable":true},"pending":0,"oldest_pending_seconds":0}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, err := otelanalytics.New(parse(t), otelanalytics.WithStore(sick{health: c.health}))
			if err != nil {
				t.Fatal(err)
			}
			if status, body := probe(t, client, c.options...); status != c.status || body != c.body {
				t.Errorf("%d %s\nwant %d %s", status, body, c.status, c.body)
			}
		})
	}
}

func TestReadinessOfOtherClients(t *testing.T) {
	closed, err := otelanalytics.New(parse(t), otelanalytics.WithStore(sick{health: eventstore.Health{SinkName: "mongodb", LastError: "of earlier"}}))
	if err != nil {
		t.Fatal(err)
	}
	if err := closed.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	metricsOnly, err := otelanalytics.New(parse(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		client *otelanalytics.Client
		status int
		body   string
	}{
		"shut down":    {closed, 503, `{"status":"unavailable","journal":{"usable":false,"error":"eventstore: closed"},"sink":{"name":"mongodb","reachable":false,"error":"not asked, since the client was shut down"},"pending":3,"oldest_pending_seconds":0}`},
		"metrics only": {metricsOnly, 200, `{"status":"ready","pending":0,"oldest_pending_seconds":0}`},
		"disabled":     {otelanalytics.NewNop(), 200, `{"status":"disabled","pending":0,"oldest_pending_seconds":0}`},
	} {
		t.Run(name, func(t *testing.T) {
			if status, body := probe(t, c.client); status != c.status || body != c.body {
				t.Errorf("%d %s\nwant %d %s", status, body, c.status, c.body)
			}
		})
	}
}

// silent is a store whose sink never answers a ping.
type silent struct{ sick }

func (silent) Health(ctx context.Context) eventstore.Health {
	<-ctx.Done()
	return eventstore.Health{SinkName: "mongodb", SinkError: ctx.Err().Error()}
}

// TestReadinessAnswersInTime takes the fastest of some probes, since the machine may be busy.
func TestReadinessAnswersInTime(t *testing.T) {
	client, err := otelanalytics.New(parse(t), otelanalytics.WithStore(silent{}))
	if err != nil {
		t.Fatal(err)
	}
	fastest := time.Hour
	for range 5 {
		began := time.Now()
		if status, body := probe(t, client); status != 200 || !strings.Contains(body, `"status":"degraded"`) {
			t.Errorf("%d %s", status, body)
		}
		fastest = min(fastest, time.Since(began))
	}
	if fastest > 300*time.Millisecond {
		t.Errorf("the fastest of five probes took %v, more than 300 ms", fastest)
	}
}

// TestReadinessFollowsTheServer takes MongoDB away and back.
func TestReadinessFollowsTheServer(t *testing.T) {
	server := mongotest.Start(t)
	if !server.CanStop() {
		t.Skip("needs a MongoDB server that the test may stop, and OTELANALYTICS_TEST_MONGODB_URI names one that it may not")
	}
	s := start(t, server)
	if status, body := probe(t, s.client); status != 200 || !strings.Contains(body, `"status":"ready"`) {
		t.Errorf("with MongoDB: %d %s", status, body)
	}
	// A server that is killed while its first collection is made does not start again.
	if err := s.client.Track(t.Context(), otelanalytics.Event{Type: "page_viewed"}); err != nil {
		t.Fatal(err)
	}
	s.flush()
	server.Stop()
	if err := s.client.Track(t.Context(), otelanalytics.Event{Type: "page_viewed", UserID: "marked"}); err != nil {
		t.Fatal(err)
	}
	if status, body := probe(t, s.client); status != 200 || !strings.Contains(body, `"status":"degraded"`) || !strings.Contains(body, `"pending":1`) || strings.Contains(body, "marked") || strings.Contains(body, "127.0.0.1") {
		t.Errorf("without MongoDB: %d %s", status, body)
	}
	server.Start()
	s.flush()
	within, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	// The driver may still have a connection of before, whose ping fails: the next probe finds another one.
	for tick := time.NewTicker(20 * time.Millisecond); ; {
		status, body := probe(t, s.client)
		if status == 200 && strings.Contains(body, `"status":"ready"`) && strings.Contains(body, `"pending":0`) {
			return
		}
		select {
		case <-tick.C:
		case <-within.Done():
			t.Fatalf("with MongoDB again: %d %s", status, body)
		}
	}
}
