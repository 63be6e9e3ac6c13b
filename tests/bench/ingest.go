// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

const (
	// batchEvents is how many events a request of ingestBatch has.
	batchEvents = 100
	// batchClients is how many clients send at once, so that what runs in the background counts, too.
	batchClients = 4
)

// ingestMap is the map of the events that come over HTTP.
const ingestMap = `version: 1
metrics:
  orders: {instrument: counter, attributes: {currency: {values: [EUR, USD]}}}
  revenue: {instrument: counter, number: double, unit: EUR}
events:
  order_completed:
    data: {total: {type: double}, currency: {type: string}}
    record: [{metric: orders}, {metric: revenue, value: total}]
`

// orderMessage is a message as Segment's client for Node.js sends it, with a blank for its id.
func orderMessage(i int, at time.Time) string {
	return fmt.Sprintf(`{"userId":"u-%d","event":"order_completed","type":"track","properties":{"order_id":"o-%d","total":%d.5,"currency":"EUR",`+
		`"coupon":"SPRING","products":[{"sku":"G-32","quantity":1,"price":14.5},{"sku":"G-33","quantity":2,"price":9}]},`+
		`"context":{"library":{"name":"@segment/analytics-node","version":"3.1.0"}},"integrations":{},"timestamp":%q,"messageId":%q,`+
		`"_metadata":{"nodeVersion":"22.12.0","jsRuntime":"node"}}`,
		i, i, i, at.UTC().Format("2006-01-02T15:04:05.000Z"), idBlank)
}

// batchBody is the body of a request to /v1/batch.
func batchBody(events int) string {
	all, now := make([]string, events), time.Now()
	for i := range all {
		all[i] = orderMessage(i, now)
	}
	return fmt.Sprintf(`{"batch":[%s],"sentAt":%q}`, strings.Join(all, ","), now.UTC().Format("2006-01-02T15:04:05.000Z"))
}

// ingestBatch compares the door for batches, with a journal on disk and a sink that only acknowledges, with a server of
// net/http that decodes the same bodies by encoding/json and does nothing with them.
//
// The peer is not the gateway of RudderStack or Jitsu. Both are applications, and the module proxy that this project builds with
// refuses both. RudderStack's gateway also writes to its jobsdb, which is a PostgreSQL.
func ingestBatch(b *run1) []Result {
	body := batchBody(batchEvents)
	o, p := b.turns(b.sending(b.ingesting(), body), b.sending(http.HandlerFunc(decodeOnly), body))
	const each = batchEvents * float64(time.Second)
	return []Result{ratio("ingest_batch", perSecond, each/o, each/p, 0.6)}
}

// ingesting returns the doors of package ingest before a journal, whose sink only acknowledges.
func (b *run1) ingesting() http.Handler {
	quiet := slog.New(slog.DiscardHandler)
	store, err := eventstore.Open(context.Background(), taken{}, eventstore.Config{Dir: b.TempDir(), Logger: quiet})
	b.must(err)
	client, err := otelanalytics.New(b.eventMap(ingestMap), otelanalytics.WithMeterProvider(provider()),
		otelanalytics.WithStore(store), otelanalytics.WithLogger(quiet))
	b.must(err)
	b.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		b.must(client.Shutdown(ctx))
	})
	h, err := ingest.New(client, ingest.Config{
		Sources:       []ingest.Source{{Name: "backend", Kind: ingest.Secret, Keys: []ingest.KeyHash{ingest.HashKey(ingestKey)}}},
		MeterProvider: provider(),
	})
	b.must(err)
	return h
}

// sending serves a handler on loopback, and returns calls of which each is a request that a client sends to it.
func (b *run1) sending(h http.Handler, body string) calls {
	server := httptest.NewServer(h)
	b.Cleanup(server.Close)
	free := make(chan *sender, batchClients)
	for range batchClients {
		free <- b.sender(server.Listener.Addr().String(), "/v1/batch", body)
	}
	return parallel(batchClients, func() {
		s := <-free
		if err := s.send(); err != nil {
			b.Errorf("%v", err)
		}
		free <- s
	})
}

// decodeOnly decodes a batch into the fields that a program would use, and into maps where anything may be.
func decodeOnly(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Batch []struct {
			Type, Event, UserID, AnonymousID, MessageID string
			Timestamp                                   time.Time
			Properties, Context                         map[string]any
		}
		SentAt time.Time
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || len(body.Batch) != batchEvents {
		http.Error(w, "the body is no batch", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, accepted) // the client checks what arrives
}
