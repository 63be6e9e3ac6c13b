// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongosafe"
)

// apart delivers events that a connection broke with, through clients of their own.
//
// A broken connection costs a client far more than the insert: it closes its other connections too, and looks for the server
// anew, half a second later at the earliest. A document that breaks each connection is found by trying the events with it in
// ever smaller parts. Through the client of the other events, each of these trials would hold up all of them.
type apart struct {
	config Config
	wg     sync.WaitGroup // of the clients that are being closed

	mu       sync.Mutex // guards what follows
	suspects map[[16]byte]time.Time
	swept    time.Time
	idle     []*mongo.Client // whose last insert did not break the connection
	timer    *time.Timer     // closes those that are idle
	closed   bool
}

const (
	// maxSuspects bounds the events that are known to have been in such an insert. Others use the common client.
	maxSuspects = 1 << 16
	// suspectAge is for how long an event is known, which may be in the quarantine file by then.
	suspectAge = 10 * time.Minute
	// maxIdle is how many clients are kept for the next suspects, and idleAge for how long.
	maxIdle = 4
	idleAge = 10 * time.Second
)

func newApart(c Config) *apart { return &apart{config: c, suspects: make(map[[16]byte]time.Time)} }

// has reports whether one of the events is a suspect.
func (a *apart) has(events []eventstore.Event) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.suspects) == 0 {
		return false
	}
	for i := range events {
		if _, ok := a.suspects[events[i].ID]; ok {
			return true
		}
	}
	return false
}

// suspect notes that a connection broke with these events.
func (a *apart) suspect(events []eventstore.Event, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if now.Sub(a.swept) > suspectAge/10 {
		a.swept = now
		for id, since := range a.suspects {
			if now.Sub(since) > suspectAge {
				delete(a.suspects, id)
			}
		}
	}
	for i := range events {
		if _, known := a.suspects[events[i].ID]; !known && len(a.suspects) >= maxSuspects {
			return
		}
		a.suspects[events[i].ID] = now
	}
}

// clear says that the server answered an insert of these events.
func (a *apart) clear(events []eventstore.Event) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.suspects) == 0 {
		return
	}
	for i := range events {
		delete(a.suspects, events[i].ID)
	}
}

// do calls f with a client that nobody else uses. When f's error is that the connection broke, the client is closed, so that
// the next one need not wait until it may look for the server again.
func (a *apart) do(ctx context.Context, f func(*mongo.Client) error) error {
	client, err := a.take(ctx)
	if err != nil {
		return err
	}
	err = f(client)
	a.put(client, err == nil || !mongo.IsNetworkError(err) && ctx.Err() == nil)
	return err
}

func (a *apart) take(ctx context.Context) (*mongo.Client, error) {
	a.mu.Lock()
	if a.closed {
		a.mu.Unlock()
		return nil, mongo.ErrClientDisconnected
	}
	if n := len(a.idle); n > 0 {
		client := a.idle[n-1]
		a.idle = a.idle[:n-1]
		a.mu.Unlock()
		return client, nil
	}
	a.mu.Unlock()
	return mongosafe.Connect(ctx, a.config.URI, a.config.Client)
}

func (a *apart) put(client *mongo.Client, sound bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !sound || a.closed || len(a.idle) >= maxIdle {
		a.disconnect(client)
		return
	}
	a.idle = append(a.idle, client)
	if a.timer == nil {
		a.timer = time.AfterFunc(idleAge, a.rest)
	} else {
		a.timer.Reset(idleAge)
	}
}

// rest closes the clients that are idle.
func (a *apart) rest() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, client := range a.idle {
		a.disconnect(client)
	}
	a.idle = nil
}

// disconnect closes a client in the background. The caller holds mu.
func (a *apart) disconnect(client *mongo.Client) {
	a.wg.Go(func() { _ = mongosafe.Disconnect(client) })
}

// close closes all clients, within ctx.
func (a *apart) close(ctx context.Context) error {
	a.mu.Lock()
	a.closed = true
	if a.timer != nil {
		a.timer.Stop()
	}
	a.mu.Unlock()
	a.rest()
	done := make(chan struct{})
	go func() {
		defer close(done)
		a.wg.Wait()
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return errors.Join(errStillClosing, ctx.Err())
	}
}

var errStillClosing = errors.New("connections of their own for some documents are still being closed")
