// SPDX-License-Identifier: Apache-2.0

package exporters

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/httpinstr"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/telemetry"
	"github.com/otelanalytics/otelanalytics-go/tests/exporters/servers"
)

// troubled is a service with the card game's map in which everything goes wrong that the SDK counts.
type troubled struct {
	t      *testing.T
	client *otelanalytics.Client
	server *httptest.Server
	mongo  *mongotest.Server
	calls  int
}

const troubledDatabase = "troubles"

// openTroubled starts it with a damaged journal, and with a collection that refuses the second event of a game.
func openTroubled(t *testing.T, mongoDB *mongotest.Server) *troubled {
	t.Helper()
	m, err := eventmap.ParseFile("../../examples/cardgame/events.yaml")
	if err != nil {
		t.Fatal(err)
	}
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
	store, err := mongostore.Open(t.Context(), mongostore.Config{
		URI: mongoDB.URI(), Database: troubledDatabase, Dir: dir, Logger: silent,
		Consumers: []eventstore.Consumer{memsink.NewConsumer("copy").Consumer()},
	})
	if err != nil {
		t.Fatal(err)
	}
	client, err := otelanalytics.New(m, otelanalytics.WithStore(store), otelanalytics.WithLogger(silent),
		otelanalytics.WithMeterProvider(tel.MeterProvider()), otelanalytics.WithRedactKey(make([]byte, 32)),
		otelanalytics.WithBeforeTrack(func(_ context.Context, e *otelanalytics.Event) bool {
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
	return &troubled{t: t, client: client, server: server, mongo: mongoDB}
}

var silent = slog.New(slog.DiscardHandler)

// cutOff is a service whose MongoDB is away.
func cutOff(t *testing.T) *httptest.Server {
	t.Helper()
	m, err := eventmap.ParseFile("../../examples/cardgame/events.yaml")
	if err != nil {
		t.Fatal(err)
	}
	tel, err := telemetry.Setup(t.Context(), telemetry.WithEventMap(m), telemetry.WithServiceName("away"))
	if err != nil {
		t.Fatal(err)
	}
	client := nowhere(t, m, t.TempDir(), otelanalytics.WithMeterProvider(tel.MeterProvider()))
	if err := client.Track(t.Context(), otelanalytics.Event{Type: "user_logged_out"}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(tel.MetricsHandler())
	t.Cleanup(func() {
		server.Close()
		abandon(t, client)
		if err := tel.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return server
}

// nowhere is a client whose MongoDB is away.
func nowhere(t *testing.T, m *eventmap.Map, dir string, options ...otelanalytics.Option) *otelanalytics.Client {
	t.Helper()
	store, err := mongostore.Open(t.Context(), mongostore.Config{URI: "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100", Dir: dir, Logger: silent})
	if err != nil {
		t.Fatal(err)
	}
	client, err := otelanalytics.New(m, append(options, otelanalytics.WithStore(store), otelanalytics.WithLogger(silent), otelanalytics.WithRedactKey(make([]byte, 32)))...)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// abandon shuts a client down whose events MongoDB does not take.
func abandon(t *testing.T, client *otelanalytics.Client) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 100*time.Millisecond)
	defer cancel()
	if err := client.Shutdown(ctx); !errors.Is(err, eventstore.ErrPending) {
		t.Fatalf("shut down without MongoDB: %v", err)
	}
}

// damagedJournal leaves a journal with events that no MongoDB has taken, one of them unreadable.
func damagedJournal(t *testing.T, m *eventmap.Map, dir string) {
	t.Helper()
	client := nowhere(t, m, dir)
	for range 3 {
		if err := client.Track(t.Context(), otelanalytics.Event{Type: "user_logged_out"}); err != nil {
			t.Fatal(err)
		}
	}
	abandon(t, client)
	segments, err := filepath.Glob(filepath.Join(dir, "journal", "*.journal"))
	if err != nil || len(segments) != 1 {
		t.Fatalf("segments: %v %v", segments, err)
	}
	content, err := os.ReadFile(segments[0])
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)-40] ^= 0xff
	if err := os.WriteFile(segments[0], content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// goWrong has everything go wrong once.
func (s *troubled) goWrong() {
	s.t.Helper()
	s.calls++
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

// outage has MongoDB away for a while.
func (s *troubled) outage(prom *servers.Prometheus) {
	s.t.Helper()
	s.mongo.Stop()
	s.goWrong()
	prom.AwaitVector(s.t, fmt.Sprintf("sum(otelanalytics_store_errors_total%s) > 0 and sum(otelanalytics_journal_pending%[1]s) > 0", of(s.server.URL)),
		"errors of the store, and events that wait", numbers)
	s.mongo.Start()
}

// keepGoingWrong has everything go wrong every half second, for as long as the test runs.
func (s *troubled) keepGoingWrong() {
	tick := time.NewTicker(500 * time.Millisecond)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-tick.C:
				s.goWrong()
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
