// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// taken is a sink that acknowledges everything.
type taken struct{}

func (taken) Deliver(_ context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	verdicts := make([]eventstore.Verdict, len(events))
	for i := range verdicts {
		verdicts[i].Outcome = eventstore.Stored
	}
	return verdicts, nil
}

// BenchmarkBatch is a request to a door with 100 events of its protocol, without a network.
func BenchmarkBatch(b *testing.B) {
	const properties = `{"order_id":"o-17","total":17.5,"currency":"EUR","coupon":"SPRING","products":[{"sku":"G-32","quantity":1,"price":14.5},{"sku":"G-33","quantity":2,"price":9}]}`
	for _, door := range []struct{ path, before, event, behind string }{
		{
			"/v1/batch", `{"sentAt":"2026-01-02T03:04:05.678Z","batch":[`,
			`{"userId":"u-17","event":"order_completed","type":"track","properties":` + properties + `,"context":{"library":{"name":"@segment/analytics-node","version":"3.1.0"}},` +
				`"integrations":{},"messageId":"%s","_metadata":{"nodeVersion":"22.12.0","jsRuntime":"node"}}`, `]}`,
		},
		{"/v1/events", `[`, `{"id":"%s","event_type":"order_completed","user_id":"u-17","event_data":` + properties + `}`, `]`},
		{
			"/batch", `{"api_key":"` + serverKey + `","batch":[`,
			`{"event":"order_completed","distinct_id":"u-17","uuid":"%s","properties":{"$lib":"posthog-node","$lib_version":"5.70.0",` + properties[1:] + `}`, `]}`,
		},
	} {
		b.Run(door.path[1:], func(b *testing.B) {
			h := discarding(b)
			const blank = "00000000-0000-7000-8000-000000000000"
			body := []byte(door.before + strings.Repeat(","+fmt.Sprintf(door.event, blank), 100)[1:] + door.behind)
			sent := int64(100_000_000_000)
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				for at := 0; ; at += len(blank) { // a repeated id is not stored
					next := bytes.Index(body[at:], []byte("-7000-8000-"))
					if next < 0 {
						break
					}
					at += next + len("-7000-8000-")
					sent++
					copy(body[at:], strconv.FormatInt(sent, 10))
				}
				r := httptest.NewRequest(http.MethodPost, door.path, bytes.NewReader(body))
				r.SetBasicAuth(serverKey, "")
				w := httptest.NewRecorder()
				if h.ServeHTTP(w, r); w.Code != http.StatusOK || strings.Contains(w.Body.String(), "refused") {
					b.Fatalf("%d %s", w.Code, w.Body)
				}
			}
		})
	}
}

// discarding returns a handler whose events go into a journal, and from there nowhere.
func discarding(b *testing.B) http.Handler {
	quiet := slog.New(slog.DiscardHandler)
	store, err := eventstore.Open(context.Background(), taken{}, eventstore.Config{Dir: b.TempDir(), Logger: quiet})
	if err != nil {
		b.Fatal(err)
	}
	m, err := eventmap.Parse([]byte(shopMap))
	if err != nil {
		b.Fatal(err)
	}
	client, err := otelanalytics.New(m, otelanalytics.WithStore(store), otelanalytics.WithLogger(quiet))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = client.Shutdown(context.Background()) })
	h, err := ingest.New(client, ingest.Config{Sources: []ingest.Source{{Name: "backend", Kind: ingest.Secret, Keys: []ingest.KeyHash{ingest.HashKey(serverKey)}}}})
	if err != nil {
		b.Fatal(err)
	}
	return h
}
