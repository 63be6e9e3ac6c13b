// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/exporterprom"
	"github.com/otelanalytics/otelanalytics-go/instruments/meterprovider"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

//go:embed events.yaml
var events []byte

// database receives the documents, and is dropped.
const database = "otelanalytics_cost"

// load is what a measurement does.
type load struct {
	events, goroutines int
	synced, unmeasured bool
}

// open makes a client whose store keeps its journal in dir.
func open(ctx context.Context, uri, dir string) (*otelanalytics.Client, error) {
	m, err := eventmap.Parse(events)
	if err != nil {
		return nil, err
	}
	prom, err := exporterprom.New()
	if err != nil {
		return nil, err
	}
	store, err := mongostore.Open(ctx, mongostore.Config{URI: uri, Dir: dir, Database: database, JournalBytes: 64 << 30})
	if err != nil {
		return nil, err
	}
	provider := meterprovider.New(m, sdkmetric.WithReader(prom.Reader()))
	client, err := otelanalytics.New(m, otelanalytics.WithStore(store), otelanalytics.WithMeterProvider(provider))
	if err != nil {
		return nil, errors.Join(err, store.Shutdown(ctx))
	}
	return client, nil
}

// track tracks into the journal alone.
func track(ctx context.Context, dir string, l load) (figure, error) {
	client, err := open(ctx, nowhere, dir)
	if err != nil {
		return figure{}, err
	}
	var options []otelanalytics.TrackOption
	if l.synced {
		options = append(options, otelanalytics.WithAck(otelanalytics.AckSynced))
	}
	if l.unmeasured {
		options = append(options, otelanalytics.WithoutMetrics())
	}
	share := l.events / l.goroutines
	f, err := measured(share*l.goroutines, func() error {
		var all sync.WaitGroup
		errs := make([]error, l.goroutines)
		for g := range l.goroutines {
			all.Go(func() {
				for i := range share {
					if errs[g] = client.Track(ctx, event(g, i), options...); errs[g] != nil {
						return
					}
				}
			})
		}
		all.Wait()
		return errors.Join(errs...)
	})
	if err != nil {
		return f, errors.Join(err, client.Shutdown(ctx))
	}
	// MongoDB is nowhere: what is pending stays in the journal, which is what this asks for.
	short, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	if err := client.Shutdown(short); err != nil && !errors.Is(err, otelanalytics.ErrPending) {
		return f, err
	}
	return f, nil
}

// event is the end of a game.
func event(goroutine, i int) otelanalytics.Event {
	return otelanalytics.Event{
		Type: "game_completed", UserID: fmt.Sprintf("user-%06d", i%10_000), SessionID: fmt.Sprintf("session-%06d", goroutine), Platform: "web",
		Data: map[string]any{
			"game_id": fmt.Sprintf("game-%08d", i), "game_mode": "multiplayer", "result": "won", "duration": float64(i % 3600), "players": 4, "points": i % 50,
		},
	}
}

// delivered is what delivering found, in bytes a document.
type delivered struct {
	figure                    figure
	document, stored, indexes float64
}

// deliver has a client take up a journal, and measures until all of it is in MongoDB.
func deliver(ctx context.Context, dir string, c config) (d delivered, err error) {
	server, err := mongo.Connect(options.Client().ApplyURI(c.uri))
	if err != nil {
		return d, err
	}
	db := server.Database(database)
	if err := db.Drop(ctx); err != nil {
		return d, err
	}
	defer func() { err = errors.Join(err, db.Drop(ctx), server.Disconnect(ctx)) }()
	var client *otelanalytics.Client
	d.figure, err = measured(c.events, func() (err error) {
		if client, err = open(ctx, c.uri, dir); err != nil {
			return err
		}
		return client.Flush(ctx)
	})
	if client != nil {
		err = errors.Join(err, client.Shutdown(ctx))
	}
	if err != nil {
		return d, err
	}
	collection := db.Collection(mongostore.DefaultCollection)
	n, err := collection.CountDocuments(ctx, bson.D{})
	if err != nil {
		return d, err
	}
	d.figure.events = int(n)
	if n < int64(c.events)*99/100 {
		return d, fmt.Errorf("%d of %d events are stored", n, c.events)
	}
	return d, d.measureDocuments(ctx, collection, n)
}

// measureDocuments looks at some documents, and asks the server for the size of all.
func (d *delivered) measureDocuments(ctx context.Context, collection *mongo.Collection, n int64) error {
	cursor, err := collection.Find(ctx, bson.D{}, options.Find().SetLimit(1000))
	if err != nil {
		return err
	}
	looked := 0
	for cursor.Next(ctx) {
		d.document += float64(len(cursor.Current))
		looked++
	}
	if err := errors.Join(cursor.Err(), cursor.Close(ctx)); err != nil {
		return err
	}
	if looked == 0 {
		return errors.New("no document was read")
	}
	d.document /= float64(looked)
	var stats struct {
		StorageSize    float64 `bson:"storageSize"`
		TotalIndexSize float64 `bson:"totalIndexSize"`
	}
	command := bson.D{{Key: "collStats", Value: collection.Name()}}
	if err := collection.Database().RunCommand(ctx, command).Decode(&stats); err != nil {
		return err
	}
	d.stored, d.indexes = stats.StorageSize/float64(n), stats.TotalIndexSize/float64(n)
	return nil
}
