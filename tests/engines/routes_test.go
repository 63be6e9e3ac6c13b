// SPDX-License-Identifier: Apache-2.0

package engines

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/otelanalytics/otelanalytics-go/natsstore"
)

// routes are the proxies between the servers of a cluster, in both directions.
type routes struct {
	t       *testing.T
	server  *toxiproxy.ApiServer
	proxies map[[2]int]*toxiproxy.Proxy
}

func newRoutes(t *testing.T) *routes {
	t.Helper()
	zerolog.SetGlobalLevel(zerolog.Disabled)
	return &routes{t: t, server: toxiproxy.NewServer(toxiproxy.NewMetricsContainer(prometheus.NewRegistry()), zerolog.Nop()), proxies: make(map[[2]int]*toxiproxy.Proxy)}
}

// between returns the address at which one server reaches another.
func (r *routes) between(from, to int, addr string) string {
	r.t.Helper()
	p := toxiproxy.NewProxy(r.server, fmt.Sprintf("%d-%d", from, to), "127.0.0.1:0", addr)
	if err := r.server.Collection.Add(p, true); err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(p.Stop)
	r.proxies[[2]int{from, to}] = p
	return p.Listen
}

// split cuts a server off from the others. Its clients keep their connections.
func (r *routes) split(server int) {
	for way, p := range r.proxies {
		if way[0] == server || way[1] == server {
			p.Stop()
		}
	}
}

// join ends a split.
func (r *routes) join() {
	r.t.Helper()
	for _, p := range r.proxies {
		if err := p.Start(); err != nil && !errors.Is(err, toxiproxy.ErrProxyAlreadyStarted) {
			r.t.Fatal(err)
		}
	}
}

// healthy waits until all servers are in the cluster and have everything that the others have.
func (w *world) healthy() {
	w.t.Helper()
	conn, err := nats.Connect(w.cluster.URL(), nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1), nats.ReconnectWait(50*time.Millisecond))
	if err != nil {
		w.t.Fatal(err)
	}
	defer conn.Close()
	js, err := jetstream.New(conn, jetstream.WithDefaultTimeout(time.Second))
	if err != nil {
		w.t.Fatal(err)
	}
	w.eventually("all servers have everything", func() bool {
		s, err := js.Stream(w.t.Context(), natsstore.DefaultStream)
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			return len(w.services) == 0 // there is none yet
		}
		if err != nil {
			return false
		}
		c := s.CachedInfo().Cluster
		if c == nil || c.Leader == "" || len(c.Replicas) != 2 {
			return false
		}
		for _, replica := range c.Replicas {
			if !replica.Current || replica.Offline {
				return false
			}
		}
		return true
	})
}
