// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"

	"github.com/otelanalytics/otelanalytics-go/internal/mongosafe"
)

// connection is the driver's client. With mongodb+srv:// it takes DNS to make one, so that it is made when it is first needed,
// and again until that works. Otherwise it is there from the beginning.
type connection struct {
	config Config // with its defaults

	mu     sync.Mutex // guards what follows
	client *mongo.Client
	making *making // under way, for all who wait
	closed bool
}

// making is one attempt to make the client.
type making struct {
	done chan struct{} // closed when err is set, or the client
	err  error
}

// newConnection returns every mistake of the configuration, or else of its connection string. It does not wait for a
// server, nor for DNS.
func newConnection(c Config) (*connection, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	conn := &connection{config: c}
	err = mongosafe.Check(c.URI, c.Client)
	if err == nil && !mongosafe.AsksDNS(c.URI) {
		conn.client, err = mongosafe.Connect(context.Background(), c.URI, c.Client)
	}
	switch {
	case errors.Is(err, mongosafe.ErrUnacknowledged):
		return nil, fmt.Errorf("mongostore: Config.URI (%s) or Config.Client: %w", uriSettings, err)
	case err != nil:
		return nil, fmt.Errorf("mongostore: Config.URI (%s): %w", uriSettings, err)
	default:
		return conn, nil
	}
}

// get returns the client, and waits for DNS where that is needed, as long as ctx allows. The error is a
// *mongosafe.ResolveError, or mongo.ErrClientDisconnected after close.
func (c *connection) get(ctx context.Context) (*mongo.Client, error) {
	for {
		client, m, err := c.now()
		if client != nil || err != nil {
			return client, err
		}
		select {
		case <-m.done:
			if m.err != nil {
				return nil, m.err
			}
		case <-ctx.Done():
			return nil, mongosafe.Unresolved(c.config.URI, ctx.Err())
		}
	}
}

// now returns the client, or the attempt to make it.
func (c *connection) now() (*mongo.Client, *making, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed:
		return nil, nil, mongo.ErrClientDisconnected
	case c.client != nil:
		return c.client, nil, nil
	case c.making == nil:
		c.making = &making{done: make(chan struct{})}
		go c.make(c.making)
	}
	return nil, c.making, nil
}

// make is one attempt. DNS bounds it, by what the system says.
func (c *connection) make(m *making) {
	client, err := mongosafe.Connect(context.Background(), c.config.URI, c.config.Client)
	c.mu.Lock()
	defer c.mu.Unlock()
	defer close(m.done)
	c.making = nil
	switch {
	case err != nil:
		m.err = err
	case c.closed:
		m.err = errors.Join(mongo.ErrClientDisconnected, mongosafe.Disconnect(client))
	default:
		c.client = client
	}
}

// collection returns the collection of the configuration, as get returns the client.
func (c *connection) collection(ctx context.Context, opts ...options.Lister[options.CollectionOptions]) (*mongo.Collection, error) {
	client, err := c.get(ctx)
	if err != nil {
		return nil, err
	}
	return client.Database(c.config.Database).Collection(c.config.Collection, opts...), nil
}

// onPrimary is for reads that promise to be complete: a secondary may be behind, whatever read preference the connection
// string has.
func onPrimary() *options.CollectionOptionsBuilder {
	return options.Collection().SetReadPreference(readpref.Primary())
}

// close closes the connections, within ctx. It may be called more than once.
func (c *connection) close(ctx context.Context) error {
	c.mu.Lock()
	c.closed = true
	client := c.client
	c.mu.Unlock()
	if client == nil {
		return nil
	}
	if err := client.Disconnect(ctx); err != nil && !errors.Is(err, mongo.ErrClientDisconnected) {
		return err
	}
	return nil
}
