// SPDX-License-Identifier: Apache-2.0

package services

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/telemetry"
)

// The keys of the sources of [Doors].
const (
	doorsKey   = "key-of-the-game"
	limitedKey = "key-of-one-who-sends-too-much"
)

// Doors is a service with the card game's map and doors for events over HTTP. It serves its page at /metrics. For as long as the test
// runs, clients send it events every fifth of a second: some are accepted, some counted and not stored, and some refused, as whole
// requests are, for good and for the moment.
func Doors(t testing.TB, mongoURI string) *httptest.Server {
	t.Helper()
	m := cardGameMap(t)
	tel, err := telemetry.Setup(t.Context(), telemetry.WithEventMap(m), telemetry.WithServiceName("doors"))
	if err != nil {
		t.Fatal(err)
	}
	store, err := mongostore.Open(t.Context(), mongostore.Config{URI: mongoURI, Database: "doors", Dir: t.TempDir(), Logger: silent})
	if err != nil {
		t.Fatal(err)
	}
	client, err := otelanalytics.New(m, otelanalytics.WithStore(store), otelanalytics.WithLogger(silent),
		otelanalytics.WithMeterProvider(tel.MeterProvider()), otelanalytics.WithRedactKey(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	handler, err := ingest.New(client, ingest.Config{
		MeterProvider: tel.MeterProvider(),
		Sources: []ingest.Source{
			{Name: "game", Kind: ingest.Secret, Keys: []ingest.KeyHash{ingest.HashKey(doorsKey)}, Types: []string{"user_logged_out", "card_played"}, StoreSample: map[string]float64{"card_played": 0.01}},
			{Name: "limited", Kind: ingest.Secret, Keys: []ingest.KeyHash{ingest.HashKey(limitedKey)}, Rate: 0.1},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", tel.MetricsHandler())
	mux.Handle("/", handler)
	server := httptest.NewServer(mux)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			sendToDoors(t, server.URL)
			select {
			case <-tick.C:
			case <-stop:
				return
			}
		}
	}()
	t.Cleanup(func() {
		close(stop)
		<-stopped
		server.Close()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = client.Shutdown(ctx) // MongoDB may be gone
		if err := tel.Shutdown(ctx); err != nil {
			t.Error(err)
		}
	})
	return server
}

// sendToDoors sends what [Doors] is sent each time.
func sendToDoors(t testing.TB, url string) {
	event := func(of string) string { return `{"event_type":"` + of + `"}` }
	for _, r := range []struct{ key, body string }{
		{doorsKey, event("user_logged_out") + event("card_played") + event("card_played")},
		{doorsKey, event("game_created")}, // a type that the source may not send
		{limitedKey, strings.Repeat(event("user_logged_out"), 2)},
		{"a key of nobody", event("user_logged_out")},
		{doorsKey, "no JSON"},
	} {
		req, err := http.NewRequest(http.MethodPost, url+"/v1/events", strings.NewReader(r.body))
		if err != nil {
			t.Error(err)
			return
		}
		req.SetBasicAuth(r.key, "")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Error(err)
			return
		}
		_ = resp.Body.Close()
	}
}
