// SPDX-License-Identifier: Apache-2.0

package natsstore

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// errNotConnected: no server can be reached. The text that wraps it has the client's error.
var errNotConnected = errors.New("no connection to a server")

// connection is the client, which is made when it is first needed. It then connects again by itself for as long as it is open.
type connection struct {
	config  Config // with its defaults
	name    string // as the server shows the client
	secrets []string

	mu      sync.Mutex // guards what follows
	conn    *nats.Conn
	js      jetstream.JetStream
	answers *answers      // of a sink; nil: not asked for yet
	making  chan struct{} // closed when an attempt to make the client has ended; nil: none is under way
	err     error         // of the latest attempt
	said    error         // what the server complained of, apart from any message
	saidAt  time.Time
	lost    error     // why there is no connection: of the end of the latest one, or of an attempt after it
	moved   time.Time // when it was last sent elsewhere
	closed  bool
}

const (
	// dialTimeout bounds one attempt to connect to one server, and reconnectWait is the pause before the next round of attempts.
	dialTimeout   = 2 * time.Second
	reconnectWait = 250 * time.Millisecond
	// connectPatience is how long a call waits for a connection that was lost.
	connectPatience = 2 * time.Second
	// writePatience bounds one write to a connection: a server that does not read must not hold up a delivery that has to end.
	writePatience = 3 * time.Second
	// moveInterval is how often a client looks for another server at most, while it gets no answers.
	moveInterval = 5 * time.Second
	// pingInterval and maxPings find a connection on which nobody answers.
	pingInterval = 5 * time.Second
	maxPings     = 2
)

func newConnection(c Config, name string) (*connection, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	return &connection{config: c, name: name, secrets: secretsOf(c.URL)}, nil
}

// get returns the client, connected. It waits until it is, for connectPatience at most and as long as ctx allows.
func (c *connection) get(ctx context.Context) (*nats.Conn, jetstream.JetStream, error) {
	for {
		conn, js, making, err := c.now()
		switch {
		case err != nil:
			return nil, nil, err
		case conn != nil && conn.IsConnected():
			return conn, js, nil
		case conn != nil:
			if !connected(ctx, conn) {
				return nil, nil, notConnected(c.reason(conn))
			}
			return conn, js, nil
		}
		select {
		case <-making:
			if err := c.failed(); err != nil {
				return nil, nil, notConnected(err)
			}
		case <-ctx.Done():
			return nil, nil, notConnected(ctx.Err())
		}
	}
}

// connected waits until the client is connected.
func connected(ctx context.Context, conn *nats.Conn) bool {
	changed := conn.StatusChanged(nats.CONNECTED, nats.CLOSED)
	defer conn.RemoveStatusListener(changed)
	if conn.IsConnected() { // meanwhile
		return true
	}
	timer := time.NewTimer(connectPatience)
	defer timer.Stop()
	select {
	case <-changed:
	case <-timer.C:
	case <-ctx.Done():
	}
	return conn.IsConnected()
}

// reason returns why a client is not connected. The client itself forgets an address that does not answer.
func (c *connection) reason(conn *nats.Conn) error {
	if err := conn.LastError(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lost
}

func (c *connection) lose(_ *nats.Conn, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lost = err
}

func notConnected(err error) error {
	if err == nil {
		return errNotConnected
	}
	return fmt.Errorf("%w: %w", errNotConnected, err)
}

// now returns the client, or the attempt to make one.
func (c *connection) now() (*nats.Conn, jetstream.JetStream, <-chan struct{}, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed:
		return nil, nil, nil, ErrClosed
	case c.conn != nil && !c.conn.IsClosed():
		return c.conn, c.js, nil, nil
	case c.making == nil:
		c.making = make(chan struct{})
		go c.make()
	}
	return nil, nil, c.making, nil
}

func (c *connection) failed() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// make is one attempt to make the client. It takes dialTimeout for each server at most.
func (c *connection) make() {
	conn, err := nats.Connect(c.config.URL, c.options()...)
	var js jetstream.JetStream
	if err == nil {
		js, err = jetstream.New(conn)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.making)
	c.making, c.err = nil, err
	switch {
	case err != nil && conn != nil, c.closed && conn != nil:
		conn.Close()
	case err == nil:
		c.conn, c.js = conn, js
	}
}

func (c *connection) options() []nats.Option {
	all := []nats.Option{
		nats.Name(c.name),
		nats.Timeout(dialTimeout),
		nats.RetryOnFailedConnect(true),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(reconnectWait),
		nats.ReconnectBufSize(-1), // what is not on a connection is in the journal
		nats.IgnoreAuthErrorAbort(),
		nats.FlusherTimeout(writePatience),
		nats.PingInterval(pingInterval),
		nats.MaxPingsOutstanding(maxPings),
		nats.DisconnectErrHandler(c.lose),
		nats.ReconnectErrHandler(c.lose),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.said, c.saidAt = err, time.Now()
		}),
	}
	if c.config.Credentials != "" {
		all = append(all, nats.UserCredentials(c.config.Credentials))
	}
	if c.config.TLS != nil {
		all = append(all, nats.Secure(c.config.TLS))
	}
	return append(all, c.config.Options...)
}

// elsewhere has the client look for another server: one that is cut off from the others keeps its clients, and answers nothing about
// the stream.
func (c *connection) elsewhere() {
	c.mu.Lock()
	conn := c.conn
	if time.Since(c.moved) < moveInterval {
		conn = nil
	}
	if conn != nil {
		c.moved = time.Now()
	}
	c.mu.Unlock()
	if conn != nil && conn.IsConnected() {
		_ = conn.ForceReconnect() // which fails for one that is closed
	}
}

// answersOf returns the answers that come on a connection.
func (c *connection) answersOf(conn *nats.Conn) (*answers, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.answers != nil && c.answers.conn == conn {
		return c.answers, nil
	}
	a, err := newAnswers(conn)
	if err == nil {
		c.answers = a
	}
	return a, err
}

// maxPayload is the largest message that the server takes, 0 before it was asked.
func (c *connection) maxPayload() int {
	c.mu.Lock()
	conn := c.conn
	c.mu.Unlock()
	if conn == nil {
		return 0
	}
	return int(conn.MaxPayload())
}

// complaint returns what the server complained of since the last call, such as a permission that the account does not have.
func (c *connection) complaint() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	said := c.said
	c.said = nil
	return said
}

// unanswered adds to the error of a question that began at a time what the server complained of since then. A server that refuses a
// question does not answer it.
func (c *connection) unanswered(began time.Time, err error) error {
	if err == nil || !isSilence(err) {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.said == nil || c.saidAt.Before(began) {
		return err
	}
	return fmt.Errorf("%w: %w", err, c.said)
}

// close closes the client. It may be called more than once.
func (c *connection) close() {
	c.mu.Lock()
	c.closed = true
	conn := c.conn
	c.mu.Unlock()
	if conn != nil {
		conn.Close()
	}
}
