// SPDX-License-Identifier: Apache-2.0

package collect

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
)

var rounds = flag.Int("rounds", 30, "how many collectors TestKilledCollectors kills")

const (
	senders = 4
	batch   = 20
)

// sender is a client that sends each batch again until the collector accepts it, whatever happens to that.
type sender struct {
	name     string
	accepted map[string]bool // ids
	full     *atomic.Int64   // answers that there is no room
}

// send sends batches to the URL that at names, until ctx ends.
func (s *sender) send(ctx context.Context, at func() string) {
	via := client()
	padding := strings.Repeat("x", 4<<10)
	for n := 0; ctx.Err() == nil; n++ {
		var b strings.Builder
		ids := make([]string, batch)
		for i := range ids {
			ids[i] = fmt.Sprintf("%s-%d-%d", s.name, n, i)
			fmt.Fprintf(&b, `{"event_type":"order_completed","id":%q,"event_data":{"id":%q,"padding":%q}}`, ids[i], ids[i], padding)
		}
		for ctx.Err() == nil {
			status, _ := post(via, at()+"/v1/events", b.String())
			if status == http.StatusOK {
				for _, id := range ids {
					s.accepted[id] = true
				}
				break
			}
			if status == http.StatusTooManyRequests {
				s.full.Add(1)
			}
			select { // a client waits before it comes again
			case <-time.After(20 * time.Millisecond):
			case <-ctx.Done():
			}
		}
	}
}

// TestKilledCollectors kills collectors at random moments, while clients send, MongoDB is away at times, and the journal is full at
// times. Whatever a client was told was accepted is in MongoDB once.
func TestKilledCollectors(t *testing.T) {
	mongodb := mongotest.Start(t)
	if !mongodb.CanStop() {
		t.Skip("the MongoDB of the environment cannot be stopped")
	}
	db := mongodb.Database(t)
	c := prepare(t, mongodb.URI(), "", "journal: {max_bytes: 4MiB}")
	c.environ = []string{"OTELANALYTICS_MONGODB_DATABASE=" + db.Name()}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	var current atomic.Value // its URL
	start := func() {
		c.start()
		current.Store(c.url)
	}
	start()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var full atomic.Int64
	var running sync.WaitGroup
	all := make([]*sender, senders)
	for i := range all {
		all[i] = &sender{fmt.Sprint(i), make(map[string]bool), &full}
		running.Go(func() { all[i].send(ctx, func() string { return current.Load().(string) }) })
	}
	for round := range *rounds {
		switch round % 10 {
		case 3:
			mongodb.Stop()
		case 6:
			mongodb.Start()
		}
		<-time.After(time.Duration(50+random.IntN(250)) * time.Millisecond)
		c.kill()
		start()
	}
	cancel()
	running.Wait()
	for c.stop(); strings.Contains(c.log.String(), "events wait in the journal"); c.stop() {
		c.start()
	}
	found := make(map[string]int)
	cursor, err := db.Collection("user_events").Find(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	for cursor.Next(t.Context()) {
		id, _ := cursor.Current.Lookup("event_data", "id").StringValueOK()
		found[id]++
	}
	if err := cursor.Err(); err != nil {
		t.Fatal(err)
	}
	accepted, missing, twice := 0, 0, 0
	for _, s := range all {
		accepted += len(s.accepted)
		for id := range s.accepted {
			if found[id] == 0 {
				missing++
			}
		}
	}
	for _, n := range found {
		if n > 1 {
			twice++
		}
	}
	t.Logf("%d kills, %d events accepted, %d documents, %d answers without room", *rounds, accepted, len(found), full.Load())
	if missing > 0 || twice > 0 {
		t.Errorf("%d accepted events are missing, %d are there twice", missing, twice)
	}
	if accepted < 20**rounds || full.Load() == 0 {
		t.Errorf("%d events accepted, and %d answers that the journal is full: too few to test anything", accepted, full.Load())
	}
}
