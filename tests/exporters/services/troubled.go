// SPDX-License-Identifier: Apache-2.0

package services

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/httpinstr"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/telemetry"
	"github.com/otelanalytics/otelanalytics-go/tests/exporters/servers"
)

// Troubled is a service with the card game's map in which everything goes wrong that the SDK counts.
type Troubled struct {
	t      testing.TB
	client *otelanalytics.Client
	server *httptest.Server
	mongo  *mongotest.Server
	calls  int

	consumer *memsink.Consumer
}

const troubledDatabase = "troubles"

// OpenTroubled starts it with a damaged journal, and with a collection that refuses the second event of a game.
func OpenTroubled(t testing.TB, mongoDB *mongotest.Server) *Troubled {
	t.Helper()
	m := cardGameMap(t)
	dir := t.TempDir()
	damagedJournal(t, m, dir)
	collection := mongoDB.Client(t).Database(troubledDatabase).Collection(mongostore.DefaultCollection)
	if _, err := collection.Indexes().CreateOne(t.Context(), mongo.IndexModel{
		Keys: bson.D{{Key: "event_data.suit", Value: 1}}, Options: options.Index().SetUnique(true),
	}); err != nil {
		t.Fatal(err)
	}
	tel, err := telemetry.Setup(t.Context(), telemetry.WithEventMap(m), telemetry.WithServiceName("troubled"))
	if err != nil {
		t.Fatal(err)
	}
	failing := memsink.NewConsumer("copy")
	store, err := mongostore.Open(t.Context(), mongostore.Config{
		URI: mongoDB.URI(), Database: troubledDatabase, Dir: dir, Logger: silent,
		Consumers: []eventstore.Consumer{failing.Consumer()},
	})
	if err != nil {
		t.Fatal(err)
	}
	client, err := otelanalytics.New(m, otelanalytics.WithStore(store), otelanalytics.WithLogger(silent),
		otelanalytics.WithMeterProvider(tel.MeterProvider()), otelanalytics.WithRedactKey(make([]byte, 32)),
		otelanalytics.WithKeyWindow(1), otelanalytics.WithBeforeTrack(func(_ context.Context, e *otelanalytics.Event) bool {
			if e.UserID == "panic" {
				panic("a mistake in the application's hook")
			}
			return e.UserID != "robot"
		}))
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /broken", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	mux.Handle("GET /metrics", tel.MetricsHandler())
	server := httptest.NewServer(httpinstr.Middleware(client, "troubled", httpinstr.WithExcluded("/metrics"),
		httpinstr.WithOTelHTTP(otelhttp.WithMeterProvider(tel.MeterProvider())))(mux))
	t.Cleanup(func() {
		server.Close()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = client.Shutdown(ctx) // what is left is not what this test is about
		if err := tel.Shutdown(ctx); err != nil {
			t.Error(err)
		}
	})
	return &Troubled{t: t, client: client, server: server, mongo: mongoDB, consumer: failing}
}

// GoWrong has everything go wrong once.
func (s *Troubled) GoWrong() {
	s.t.Helper()
	s.calls++
	s.consumer.Fail([]error{nil, errors.New("the copy is away")}[s.calls%2])
	track := func(e otelanalytics.Event) error { return s.client.Track(s.t.Context(), e) }
	for what, err := range map[string]error{
		"a mode that the map does not know":    track(otelanalytics.Event{Type: "dutch_called", Data: map[string]any{"game_mode": "chess", "suit": s.calls}}),
		"an amount that is no number":          track(otelanalytics.Event{Type: "coin_transaction", Data: map[string]any{"amount": "many", "suit": s.calls}}),
		"an event of the hook's":               track(otelanalytics.Event{Type: "user_logged_out", UserID: "robot"}),
		"an event at which the hook panics":    track(otelanalytics.Event{Type: "user_logged_out", UserID: "panic"}),
		"an event that is there":               track(otelanalytics.Event{Type: "game_created", Key: "game-1", Data: map[string]any{"suit": "first"}}),
		"an event that the collection refuses": track(otelanalytics.Event{Type: "card_played", Data: map[string]any{"suit": "hearts"}}),
	} {
		if err != nil {
			s.t.Errorf("%s: %v", what, err)
		}
	}
	// The client remembers one key: MongoDB has the first of these already, and the client the second.
	for range 2 {
		if err := track(otelanalytics.Event{Type: "game_created", Key: "game-2", Data: map[string]any{"suit": "second"}}); err != nil {
			s.t.Error(err)
		}
	}
	// Often enough to be more than a twentieth beside what players do.
	for range 100 {
		if err := track(otelanalytics.Event{Type: "card_played", Data: map[string]any{"rank": make(chan int)}}); err == nil {
			s.t.Error("a channel was taken for data")
		}
		resp, err := http.Get(s.server.URL + "/broken")
		if err != nil {
			s.t.Error(err)
			return
		}
		_ = resp.Body.Close()
	}
}

// URL is the address of the service, whose page is at /metrics.
func (s *Troubled) URL() string { return s.server.URL }

// Outage has MongoDB away for a while.
func (s *Troubled) Outage(prom *servers.Prometheus) {
	s.t.Helper()
	s.mongo.Stop()
	s.GoWrong()
	prom.AwaitVector(s.t, fmt.Sprintf("sum(otelanalytics_store_errors_total{instance=%q}) > 0 and sum(otelanalytics_journal_pending{instance=%[1]q}) > 0",
		strings.TrimPrefix(s.URL(), "http://")), "errors of the store, and events that wait", func(v model.Vector) bool { return len(v) == 1 })
	s.mongo.Start()
}

// KeepGoingWrong has everything go wrong every half second, for as long as the test runs.
func (s *Troubled) KeepGoingWrong() {
	tick := time.NewTicker(500 * time.Millisecond)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-tick.C:
				s.GoWrong()
			case <-stop:
				return
			}
		}
	}()
	s.t.Cleanup(func() {
		tick.Stop()
		close(stop)
		<-stopped
	})
}
