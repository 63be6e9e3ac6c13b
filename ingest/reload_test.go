// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// reloaded is a configuration with one source.
func reloaded(change func(*ingest.Source), keys ...string) ingest.Config {
	s := ingest.Source{Name: "web", Keys: []ingest.KeyHash{}}
	for _, k := range keys {
		s.Keys = append(s.Keys, ingest.HashKey(k))
	}
	if change != nil {
		change(&s)
	}
	return ingest.Config{Sources: []ingest.Source{s}}
}

// TestReload: keys, origins and sources are those of the last configuration without mistakes.
func TestReload(t *testing.T) {
	s := newService(t, nil)
	status := func(key string) int { return s.post("/v1/events", key, `{"event_type":"page"}`).Code }
	if status(webKey) != 200 || status(serverKey) != 200 || status("new-key") != 401 {
		t.Fatal("before")
	}
	cfg := reloaded(nil, "new-key")
	cfg.Origins = []string{"https://other.example.com"}
	if err := s.handler.Reload(cfg); err != nil {
		t.Fatal(err)
	}
	if got := []int{status(webKey), status(serverKey), status("new-key")}; got[0] != 401 || got[1] != 401 || got[2] != 200 {
		t.Errorf("a revoked key, that of a source which is gone, and a new one: %v", got)
	}
	for from, want := range map[string]int{origin: http.StatusForbidden, "https://other.example.com": http.StatusOK} {
		r := httptest.NewRequest(http.MethodPost, "/v1/events", strings.NewReader(`{"event_type":"page"}`))
		r.SetBasicAuth("new-key", "")
		r.Header.Set("Origin", from)
		if a := s.do(r); a.Code != want {
			t.Errorf("a page of %s: %d", from, a.Code)
		}
	}
	if err := s.handler.Reload(reloaded(func(s *ingest.Source) { s.Types = []string{"unheard_of"} }, "third-key")); err == nil || !strings.Contains(err.Error(), "unheard_of") {
		t.Errorf("a mistake: %v", err)
	}
	if status("third-key") != 401 || status("new-key") != 200 {
		t.Error("a configuration with a mistake changes something")
	}
	if err := s.handler.Reload(reloaded(nil)); err != nil {
		t.Fatal(err)
	}
	if status("new-key") != 401 {
		t.Error("the last key of a source cannot be revoked")
	}
}

// TestReloadKeepsRates: whoever has used up a rate has not got it anew, unless the rate is another one.
func TestReloadKeepsRates(t *testing.T) {
	s := newService(t, func(c *ingest.Config) { *c = reloaded(func(s *ingest.Source) { s.Rate = 0.01 }, webKey) })
	status := func() int { return s.post("/v1/events", webKey, `{"event_type":"page"}`).Code }
	if got := []int{status(), status()}; got[0] != 200 || got[1] != 429 {
		t.Fatalf("before: %v", got)
	}
	for _, tt := range []struct {
		rate float64
		want int
	}{{0.01, 429}, {0.02, 200}, {0.02, 429}, {0, 200}} {
		if err := s.handler.Reload(reloaded(func(s *ingest.Source) { s.Rate = tt.rate }, webKey)); err != nil {
			t.Fatal(err)
		}
		if got := status(); got != tt.want {
			t.Errorf("rate %v: %d, want %d", tt.rate, got, tt.want)
		}
	}
}

// TestReloadWhileRequestsCome: each request is answered by one configuration or the other, and counters keep counting.
func TestReloadWhileRequestsCome(t *testing.T) {
	reader := sdkmetric.NewManualReader()
	s := newService(t, func(c *ingest.Config) {
		*c = reloaded(nil, webKey)
		c.MeterProvider = sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
	})
	const each = 50
	var clients sync.WaitGroup
	for range 4 {
		clients.Go(func() {
			for range each {
				if a := s.post("/v1/events", webKey, `{"event_type":"unheard_of"}`); a.Code != http.StatusOK || a.Refused != 1 {
					t.Errorf("%d %s", a.Code, a.Body)
				}
			}
		})
	}
	for i := range each {
		cfg := reloaded(nil, webKey)
		if i%2 == 0 { // web has another place, and the name that was first comes again
			cfg.Sources = append([]ingest.Source{{Name: "first", Keys: []ingest.KeyHash{ingest.HashKey("x")}}}, cfg.Sources...)
		}
		if err := s.handler.Reload(cfg); err != nil {
			t.Fatal(err)
		}
	}
	clients.Wait()
	var got metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &got); err != nil {
		t.Fatal(err)
	}
	refused := make(map[string]int64)
	for _, m := range got.ScopeMetrics[0].Metrics {
		if m.Name == ownmetrics.IngestEventsRefused.Name {
			for _, p := range m.Data.(metricdata.Sum[int64]).DataPoints {
				source, _ := p.Attributes.Value("source")
				refused[source.AsString()] += p.Value
			}
		}
	}
	if len(refused) != 1 || refused["web"] != 4*each {
		t.Errorf("refused events by source: %v, want %d of web", refused, 4*each)
	}
}

// TestSlashes: a host that ends in a slash costs no event, and nothing is a redirect.
func TestSlashes(t *testing.T) {
	s := newService(t, nil)
	for _, path := range []string{"/v1/batch/", "//v1/batch", "/v1///batch//"} {
		if a := s.post(path, webKey, `{"batch":[{"type":"track","event":"order_completed","userId":"u"}]}`); a.Code != http.StatusOK || a.Refused != 0 {
			t.Errorf("%s: %d %s", path, a.Code, a.Body)
		}
	}
	if n := len(s.Events("order_completed")); n != 3 {
		t.Errorf("%d events, want 3", n)
	}
}

func TestRoutes(t *testing.T) {
	for path, want := range map[string]string{
		"/v1/batch": "/v1/batch", "/v1/batch/": "/v1/batch", "/api/s/s2s/track": "/api/s/s2s/track", "/v1/projects/secret/settings": "/v1/projects/{key}/settings",
		"/v1/projects/a/b/settings": "", "/v1/secret": "",
		"/array/secret/config": "/array/{token}/config", "/array/secret/config.js": "/array/{token}/config.js", "/e/": "/e", "": "", "/": "",
		"//v1/batch": "/v1/batch", "/v1//batch//": "/v1/batch", "/v1/projects//secret/settings": "/v1/projects/{key}/settings", "/v1/projects//settings": "",
		"/array///secret/config": "/array/{token}/config", "////": "",
	} {
		if got := ingest.Route(path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}
