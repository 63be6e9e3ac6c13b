// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/internal/mongosafe"
)

// indexes creates the collection's indexes, and gives it its validator, once the server can be reached.
type indexes struct {
	config     Config
	log        *slog.Logger
	connection *connection
	todo       []step // of whoever has set busy

	mu         sync.Mutex // guards busy and ctx
	busy       bool       // somebody creates indexes
	ctx        context.Context
	cancel     context.CancelFunc
	background sync.WaitGroup
}

// step is one thing to do about the collection. What the server refuses is warned about, with an advice, and left.
type step struct {
	what   string
	keys   bson.D // of an index
	run    func(context.Context, *mongo.Collection) error
	advice string
}

const notIndexed = "index not created or not changed"

func newIndexes(c Config, connection *connection) *indexes {
	i := &indexes{
		config: c, connection: connection,
		log: c.Logger.With("component", "otelanalytics", "subsystem", name),
	}
	i.ctx, i.cancel = context.WithCancel(context.Background())
	if c.Validator != nil {
		i.todo = append(i.todo, i.validating(c.Validator))
	}
	if c.WithoutIndexes {
		return i
	}
	for _, keys := range eventdoc.Indexes() {
		i.todo = append(i.todo, step{notIndexed, keys, func(ctx context.Context, on *mongo.Collection) error {
			_, err := on.Indexes().CreateOne(ctx, mongo.IndexModel{Keys: keys})
			return err
		}, "queries will be slow; create it by hand, or switch the creation of indexes off"})
	}
	if c.TTL != 0 {
		e := &expiry{ttl: c.TTL, shorten: c.TTLShorten, log: i.log}
		i.todo = append(i.todo, step{
			notIndexed, eventdoc.ExpiryIndex(), e.apply,
			"events do not expire as configured; otelanalytics doctor shows the remedy",
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
			if v, _ := classify(err); v == outage && !notAllowed(err) && !kept(err) {
				return err
			}
			attributes := []any{"error", mongosafe.Text(err, i.config.URI)}
			if i.todo[0].keys != nil {
				attributes = append([]any{"keys", i.todo[0].keys}, attributes...)
			}
			i.log.Warn("mongodb: "+i.todo[0].what+": "+i.todo[0].advice, attributes...)
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
	collection, err := i.connection.collection(ctx, onPrimary())
	if err != nil {
		return err
	}
	return i.todo[0].run(ctx, collection)
}

// notAllowed tells an account that may insert but not create indexes, and a server that does not know the command.
func notAllowed(err error) bool {
	const unauthorized, commandNotFound = 13, 59
	var command mongo.CommandError
	return errors.As(err, &command) && (command.Code == unauthorized || command.Code == commandNotFound)
}
