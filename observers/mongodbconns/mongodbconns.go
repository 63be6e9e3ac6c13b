// SPDX-License-Identifier: Apache-2.0

package mongodbconns

import (
	"context"
	"errors"
	"sync/atomic"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/observers"
)

const (
	// Metric is the gauge of open connections of the pools.
	Metric = "mongodb_connections"
	// ServerMetric is the gauge of all connections that the server has open, from all clients.
	ServerMetric = "mongodb_server_connections"
)

// Pool counts the open connections of all clients that have its monitor. It is safe for concurrent use.
type Pool struct{ open atomic.Int64 }

// NewPool returns a pool that has seen no connection.
func NewPool() *Pool { return &Pool{} }

// Monitor returns a monitor for options.ClientOptions.SetPoolMonitor. Set it before the client connects. A client has
// only one monitor: if next is not nil, the returned monitor also calls next.
func (p *Pool) Monitor(next *event.PoolMonitor) *event.PoolMonitor {
	return &event.PoolMonitor{Event: func(e *event.PoolEvent) {
		switch e.Type {
		case event.ConnectionCreated:
			p.open.Add(1)
		case event.ConnectionClosed:
			p.open.Add(-1)
		}
		if next != nil && next.Event != nil {
			next.Event(e)
		}
	}}
}

// Open returns how many connections are open or being opened.
func (p *Pool) Open() int64 { return p.open.Load() }

// Source returns the source of the pool's connections.
func (p *Pool) Source() observers.Source {
	return observers.Source{
		Name: "mongodb_connections", Metrics: []string{Metric},
		Read: func(_ context.Context, set observers.SetFunc) error {
			set(Metric, float64(p.Open()))
			return nil
		},
	}
}

// errUnsaid reports that the server's answer has no number of connections.
var errUnsaid = errors.New("the server's serverStatus has no connections.current")

// ServerSource returns the source of the server's connections. Each reading runs the command serverStatus. The account
// needs the role clusterMonitor.
func ServerSource(client *mongo.Client) observers.Source {
	return observers.Source{
		Name: "mongodb_server_connections", Metrics: []string{ServerMetric},
		Read: func(ctx context.Context, set observers.SetFunc) error {
			status, err := client.Database("admin").RunCommand(ctx, bson.D{{Key: "serverStatus", Value: 1}}).Raw()
			if err != nil {
				return err
			}
			n, ok := status.Lookup("connections", "current").AsInt64OK()
			if !ok {
				return errUnsaid
			}
			set(ServerMetric, float64(n))
			return nil
		},
	}
}
