// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"flag"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

var typescript = flag.String("typescript", "../../.build/clients", "the directory with the TypeScript of a map, which make ts makes and compiles")

// TestGeneratedTypeScript sends what generated TypeScript tracks through Segment's client to a service with the same map, whose
// contract refuses whatever does not keep to it.
func TestGeneratedTypeScript(t *testing.T) {
	m, err := eventmap.ParseFile("../clients/events.yaml")
	if err != nil {
		t.Fatal(err)
	}
	rec := analyticstest.New(t, m, otelanalytics.WithRedactKey([]byte("a key of sixteen bytes")))
	h, err := ingest.New(rec.Client, ingest.Config{Sources: []ingest.Source{{
		Name: "web", Keys: []ingest.KeyHash{ingest.HashKey(key)}, Context: []string{}, Types: []string{"login", "signed_in", "order_completed", "page.*"},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	run(t, *typescript, "doors.js", server.URL, key)
	want := []data{
		{
			"order_id": "o-17", "currency": "EUR", "total": 12.5, "level": 2, "paid_at": time.Date(2026, 11, 28, 10, 0, 0, 0, time.UTC), "source": 7,
			"ship": data{"to-city": "Rome"}, "items": []any{data{"sku": "s-1", "quantity": 2}, data{"sku": "s-2"}},
		},
		{"method": "o'auth"},
		{},
		{"path": "/"},
	}
	var got []data
	for _, e := range rec.Events("") {
		got = append(got, e.Data)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
