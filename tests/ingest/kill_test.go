// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"flag"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
)

var rounds = flag.Int("rounds", 1, "how often TestKilledCollector kills the collector in each of its four situations")

// TestKilledCollector has all clients send at once, and kills the collector while MongoDB is there, while it is away, while the
// journal is full, and while what was in it is stored. In the end everything that a client was told was delivered is in MongoDB, and
// nothing is there twice.
func TestKilledCollector(t *testing.T) {
	program := filepath.Join(t.TempDir(), "otelanalytics")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Dir = "../../cmd/otelanalytics"
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	server := mongotest.Start(t)
	if !server.CanStop() {
		t.Skip("the MongoDB of the environment cannot be stopped")
	}
	db := server.Database(t)
	c := newCollector(t, program, server.URI(), db.Name())
	c.start()
	all := startStreams(t, c.url)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	kills := 0
	kill := func() {
		<-time.After(time.Duration(random.IntN(200)) * time.Millisecond)
		c.kill()
		kills++
		c.start()
	}
	for range *rounds {
		all.awaitMore(t, c)
		kill()
		all.awaitMore(t, c)
		server.Stop()
		all.awaitSome(t, c)
		kill()
		c.awaitFull()
		kill()
		server.Start()
		all.awaitMore(t, c)
		kill()
	}
	all.awaitMore(t, c)
	all.end(t)
	c.deliverAll()
	c.stop()

	found := storedNumbers(t, db.Collection("user_events"))
	for name, s := range all.byName {
		missing, twice := 0, 0
		for round := range s.told {
			for i := range streamEach {
				if found[name][round*streamEach+i] == 0 {
					missing++
				}
			}
		}
		for _, n := range found[name] {
			if n > 1 {
				twice++
			}
		}
		t.Logf("%-16s told of %5d events, not told of %3d, %5d documents", name, len(s.told)*streamEach, s.lost*streamEach, len(found[name]))
		if missing > 0 || twice > 0 {
			t.Errorf("%s: %d events are missing that it was told were delivered, %d are there twice", name, missing, twice)
		}
	}
	t.Logf("%d kills", kills)
}

// storedNumbers returns how often each number of each client is stored.
func storedNumbers(t *testing.T, events *mongo.Collection) map[string]map[int]int {
	t.Helper()
	cursor, err := events.Find(t.Context(), bson.D{}, options.Find().SetProjection(bson.D{{Key: "event_data.client", Value: 1}, {Key: "event_data.number", Value: 1}}))
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]map[int]int)
	for cursor.Next(t.Context()) {
		var doc struct {
			Data struct {
				Client string `bson:"client"`
				Number int    `bson:"number"`
			} `bson:"event_data"`
		}
		if err := cursor.Decode(&doc); err != nil {
			t.Fatal(err)
		}
		if found[doc.Data.Client] == nil {
			found[doc.Data.Client] = make(map[int]int)
		}
		found[doc.Data.Client][doc.Data.Number]++
	}
	if err := cursor.Err(); err != nil {
		t.Fatal(err)
	}
	return found
}
