// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/internal/mongosafe"
)

// indexes creates the collection's indexes once the server can be reached.
type indexes struct {
	config     Config
	log        *slog.Logger
	connection *connection
	todo       []mongo.IndexModel // of whoever has set busy

	mu         sync.Mutex // guards busy and ctx
	busy       bool       // somebody creates indexes
	ctx        context.Context
	cancel     context.CancelFunc
	background sync.WaitGroup
}

func newIndexes(c Config, connection *connection) *indexes {
	i := &indexes{
		config: c, connection: connection,
		log: c.Logger.With("component", "otelanalytics", "subsystem", name),
	}
	i.ctx, i.cancel = context.WithCancel(context.Background())
	if c.WithoutIndexes {
		return i
	}
	for _, keys := range eventdoc.Indexes() {
		i.todo = append(i.todo, mongo.IndexModel{Keys: keys})
	}
	if c.TTL > 0 {
		i.todo = append(i.todo, mongo.IndexModel{
			Keys:    eventdoc.ExpiryIndex(),
			Options: options.Index().SetExpireAfterSeconds(int32(c.TTL / time.Second)),
		})
	}
	return i
}

// ensure creates what is still to be created, within WriteTimeout for each. When the server is away, or takes
// longer, it returns the error; resume goes on with the rest.
func (i *indexes) ensure(ctx context.Context) error {
	if !i.begin() {
		return nil
	}
	defer i.end()
	return i.create(ctx, i.config.WriteTimeout)
}

// resume creates what is left in the background, without a bound in time, since a large collection takes
// long. It is called whenever the server has taken documents.
func (i *indexes) resume() {
	if !i.begin() {
		return
	}
	go func() {
		defer i.end()
		_ = i.create(i.ctx, 0) // tried again after the next insert
	}()
}

// begin reports that there is something to create, which nobody else creates. The caller calls end.
func (i *indexes) begin() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.busy || len(i.todo) == 0 || i.ctx.Err() != nil {
		return false
	}
	i.busy = true
	i.background.Add(1)
	return true
}

func (i *indexes) end() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.busy = false
	i.background.Done()
}

// close ends the background and waits for it.
func (i *indexes) close() {
	i.mu.Lock()
	i.cancel()
	i.mu.Unlock()
	i.background.Wait()
}

// create creates one index after the other. One that the server refuses is warned about and left.
func (i *indexes) create(ctx context.Context, limit time.Duration) error {
	for len(i.todo) > 0 {
		if err := i.createOne(ctx, limit); err != nil {
			if v, _ := classify(err); v == outage && !notAllowed(err) {
				return err
			}
			i.log.Warn("mongodb: index not created, queries will be slow or expiry will not work; create it by hand or switch it off",
				"keys", i.todo[0].Keys, "error", mongosafe.Text(err, i.config.URI))
		}
		i.todo = i.todo[1:]
	}
	return nil
}

func (i *indexes) createOne(ctx context.Context, limit time.Duration) error {
	if limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	collection, err := i.connection.collection(ctx)
	if err != nil {
		return err
	}
	_, err = collection.Indexes().CreateOne(ctx, i.todo[0])
	return err
}

// notAllowed tells an account that may insert but not create indexes.
func notAllowed(err error) bool {
	const unauthorized = 13
	var command mongo.CommandError
	return errors.As(err, &command) && command.Code == unauthorized
}
