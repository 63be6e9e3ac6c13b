// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// batch is how many documents an insert has, on both sides.
const batch = 1_000

func drain(b *run1) []Result {
	server := mongotest.Start(b)
	return b.drains("drain", server.URI(), server.Client(b), 0.95, 20_000)
}

// drainCeiling drains into a server that only says that it took the documents.
func drainCeiling(b *run1) []Result { return b.drainFake("drain_ceiling", 0, 0.9, 100_000) }

// drainFar drains into one that is far away, beside one insert at a time.
func drainFar(b *run1) []Result { return b.drainFake("drain_far", 20*time.Millisecond, 3, 200_000) }

// drainFake drains into a server that says after some time that it took the documents.
func (b *run1) drainFake(name string, after time.Duration, bound float64, n int) []Result {
	server := wireserver.Start(b)
	server.Script(func(c wireserver.Command) wireserver.Action {
		if c.Name == "insert" {
			time.Sleep(after)
			return wireserver.Answer(bson.D{{Key: "ok", Value: 1.0}, {Key: "n", Value: int32(len(c.Documents))}})
		}
		return wireserver.Proceed
	})
	client, err := mongo.Connect(options.Client().ApplyURI(server.URI()))
	b.must(err)
	b.Cleanup(func() { _ = client.Disconnect(context.Background()) })
	return b.drains(name, server.URI(), client, bound, n)
}

// drains fills journals and has them delivered, in turns with inserts of the same documents by the driver, into collections that
// have the same indexes. Quick runs are too short for what happens once: they measure what follows the first batch, on both sides.
func (b *run1) drains(name, uri string, client *mongo.Client, bound float64, n int) []Result {
	rounds := 5
	if b.quick {
		n /= 4
	}
	var ours, peer []float64
	for round := range rounds {
		dir := b.fillJournal(n)
		docs := b.pending(dir)
		drained := func() {
			ours = append(ours, b.drainJournal(dir, uri, b.collection(uri, fmt.Sprintf("ours%d", round)), n))
		}
		inserted := func() {
			to := b.collection(uri, fmt.Sprintf("peer%d", round))
			peer = append(peer, b.insertMany(client.Database("bench").Collection(to), docs))
		}
		first, second := drained, inserted
		if round%2 == 1 {
			first, second = second, first
		}
		first()
		second()
	}
	return []Result{ratio(name, perSecond, median(ours), median(peer), bound)}
}

// fillJournal tracks n events that MongoDB is not there for.
func (b *run1) fillJournal(n int) (dir string) {
	dir = b.TempDir()
	away := b.store(mongostore.Config{URI: nowhere, Dir: dir})
	one := b.trackInto(away)
	for range n {
		one()
	}
	b.abandon(away)
	return dir
}

// pending returns the documents that wait in a journal.
func (b *run1) pending(dir string) (docs []bson.Raw) {
	for e, err := range eventstore.ReadPending(dir) {
		b.must(err)
		docs = append(docs, slices.Clone(e.Document))
	}
	return docs
}

// collection makes a collection with the indexes of a store, and returns its name.
func (b *run1) collection(uri, name string) string {
	store := b.store(mongostore.Config{URI: uri, Database: "bench", Collection: name})
	b.trackInto(store)()
	b.must(store.Flush(context.Background()))
	b.abandon(store)
	return name
}

// drainJournal returns how many events a second reach MongoDB from a journal that has n, the opening included unless the run is quick.
func (b *run1) drainJournal(dir, uri, collection string, n int) float64 {
	c := mongostore.Config{URI: uri, Dir: dir, Database: "bench", Collection: collection, BatchSize: batch}
	began := time.Now()
	if b.quick {
		var first sync.Once
		c.OnInsertAttempt = append(c.OnInsertAttempt, func(a eventstore.InsertAttempt) {
			first.Do(func() { began, n = time.Now(), n-a.Size })
		})
	}
	store := b.store(c)
	b.must(store.Flush(context.Background()))
	rate := float64(n) / time.Since(began).Seconds()
	b.abandon(store)
	return rate
}

// insertMany returns how many documents a second the driver inserts.
func (b *run1) insertMany(to *mongo.Collection, docs []bson.Raw) float64 {
	if b.quick {
		b.insertBatch(to, docs[:batch])
		docs = docs[batch:]
	}
	began := time.Now()
	for some := range slices.Chunk(docs, batch) {
		b.insertBatch(to, some)
	}
	return float64(len(docs)) / time.Since(began).Seconds()
}

func (b *run1) insertBatch(to *mongo.Collection, docs []bson.Raw) {
	_, err := to.InsertMany(context.Background(), docs, options.InsertMany().SetOrdered(false))
	b.must(err)
}
