// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

const shopMap = `version: 1
redact: [email]
metrics:
  orders: {instrument: counter, attributes: {currency: {values: [EUR, USD]}}}
  revenue: {instrument: counter, number: double, unit: EUR}
events:
  order_completed:
    renamed_from: [Order Completed]
    data: {total: {type: double}, currency: {type: string}}
    record:
      - metric: orders
      - {metric: revenue, value: total}
  identify: {renamed_from: [$identify]}
  page: {renamed_from: [$pageview]}
  screen: {}
  group: {}
  alias: {}
  payout: {}
`

const (
	webKey    = "web-key"
	serverKey = "server-key"
	origin    = "https://shop.example.com"
)

// service is a handler with two sources, and what it has kept.
type service struct {
	*analyticstest.Recorder
	t       testing.TB
	handler *ingest.Handler
}

func newService(t testing.TB, change func(*ingest.Config), options ...otelanalytics.Option) *service {
	t.Helper()
	m, err := eventmap.Parse([]byte(shopMap))
	if err != nil {
		t.Fatal(err)
	}
	s := &service{Recorder: analyticstest.New(t, m, options...), t: t}
	cfg := ingest.Config{
		Sources: []ingest.Source{
			{
				Name: "web", Kind: ingest.Public, Keys: []ingest.KeyHash{ingest.HashKey(webKey)}, Platform: "web",
				Types: []string{"order_completed", "identify", "page", "screen", "group", "alias"},
			},
			{Name: "backend", Kind: ingest.Secret, Keys: []ingest.KeyHash{ingest.HashKey("retired"), ingest.HashKey(serverKey)}},
		},
		Origins: []string{origin},
	}
	if change != nil {
		change(&cfg)
	}
	if s.handler, err = ingest.New(s.Client, cfg); err != nil {
		t.Fatal(err)
	}
	return s
}

// answer is what the handler said.
type answer struct {
	*httptest.ResponseRecorder
	Success bool
	Message string
	Refused int
	Events  []struct {
		Index   int
		ID      string
		Reason  ingest.Reason
		Message string
	}
}

func (s *service) do(r *http.Request) answer {
	s.t.Helper()
	a := answer{ResponseRecorder: httptest.NewRecorder()}
	s.handler.ServeHTTP(a, r)
	if a.Body.Len() > 0 {
		if err := json.Unmarshal(a.Body.Bytes(), &a); err != nil {
			s.t.Fatalf("the answer %q is no JSON: %v", a.Body, err)
		}
	}
	return a
}

// post sends a body with a key.
func (s *service) post(path, key, body string) answer {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	if key != "" {
		r.SetBasicAuth(key, "")
	}
	return s.do(r)
}

// allocated returns the bytes that were allocated so far.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// counts returns the counters of the handler, by name and labels.
func counts(t *testing.T, reader sdkmetric.Reader) map[string]int64 {
	t.Helper()
	var got metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &got); err != nil {
		t.Fatal(err)
	}
	all := make(map[string]int64)
	for _, m := range got.ScopeMetrics[0].Metrics {
		for _, p := range m.Data.(metricdata.Sum[int64]).DataPoints {
			var labels []string
			for _, a := range p.Attributes.ToSlice() {
				labels = append(labels, a.Value.AsString())
			}
			all[m.Name+" "+strings.Join(labels, " ")] = p.Value
		}
	}
	return all
}
