// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
)

// proxied puts a proxy in front of a MongoDB server, and returns the connection string that leads through it.
func proxied(t *testing.T, server *mongotest.Server) (*toxiproxy.Proxy, string) {
	t.Helper()
	address, options, _ := strings.Cut(strings.TrimPrefix(server.URI(), "mongodb://"), "/")
	proxies := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(prometheus.NewRegistry()), zerolog.Nop())
	p := toxiproxy.NewProxy(proxies, "mongodb", "127.0.0.1:0", address)
	if err := proxies.Collection.Add(p, true); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Stop)
	if options == "" {
		options = "?directConnection=true"
	}
	return p, "mongodb://" + p.Listen + "/" + options + "&serverSelectionTimeoutMS=300&heartbeatFrequencyMS=500&connectTimeoutMS=500"
}

// TestBadNetwork tracks while the connection to MongoDB is bad in one way after the other, and once all is well again.
func TestBadNetwork(t *testing.T) {
	server := mongotest.Start(t)
	zerolog.SetGlobalLevel(zerolog.Disabled) // some toxics do not ask the logger that they are given
	for _, c := range []struct {
		name    string
		toxics  string // JSON, as toxiproxy's API takes it
		through bool   // documents get through all the same
	}{
		{"latency", `[{"type":"latency","attributes":{"latency":100,"jitter":80}}]`, true},
		{"bandwidth", `[{"type":"bandwidth","attributes":{"rate":200}}]`, true},
		{"small pieces", `[{"type":"slicer","attributes":{"average_size":500,"size_variation":400,"delay":10}}]`, true},
		{"reset", `[{"type":"reset_peer","attributes":{"timeout":20}}]`, false},
		{"half open, nothing gets there", `[{"type":"timeout","stream":"upstream","attributes":{"timeout":0}}]`, false},
		{"half open, nothing comes back", `[{"type":"timeout","stream":"downstream","attributes":{"timeout":0}}]`, false},
		{"timeout", `[{"type":"timeout","attributes":{"timeout":100}}]`, false},
		{"slow close", `[{"type":"slow_close","attributes":{"delay":500}},{"type":"limit_data","stream":"upstream","attributes":{"bytes":20000}}]`, false},
		{"cut in the middle of an answer", `[{"type":"limit_data","stream":"downstream","attributes":{"bytes":30}}]`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			db := server.Database(t)
			proxy, uri := proxied(t, server)
			s := start(t, settings{URI: uri, Database: db.Name(), WriteTimeout: time.Second, BatchSize: 200})
			stored := func() map[string]int { return storedIn(t, db) }
			s.accepts(order{Prefix: "before", Number: 300, Pad: 200})
			s.flush()

			var toxics []json.RawMessage
			if err := json.Unmarshal([]byte(c.toxics), &toxics); err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, toxic := range toxics {
				made, err := proxy.Toxics.AddToxicJson(strings.NewReader(string(toxic)))
				if err != nil {
					t.Fatal(err)
				}
				names = append(names, made.Name)
			}
			s.accepts(order{Prefix: "while", Number: 300, Pad: 200})
			limit := time.Minute
			if !c.through {
				limit = time.Second
			}
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			err := s.client.Flush(ctx)
			cancel()
			if c.through && err != nil {
				t.Errorf("a bad network kept the events away: %v", err)
			}
			if !c.through && scrape(t, s.url).Sum("otelanalytics_store_errors_total") == 0 && err == nil {
				t.Error("the network was never bad: nothing was tested")
			}
			s.accepts(order{Prefix: "while it lasts", Number: 300, Pad: 200, Ack: "synced", Batch: 20})
			s.accepts(order{Prefix: "stored or unconfirmed", Number: 40, Pad: 200, Ack: "stored", Batch: 20, Limit: 300 * time.Millisecond})
			for _, name := range names {
				if err := proxy.Toxics.RemoveToxic(t.Context(), name); err != nil {
					t.Fatal(err)
				}
			}
			s.accepts(order{Prefix: "after", Number: 300, Pad: 200, Ack: "stored", Batch: 100})
			s.settled(stored)
		})
	}
}
