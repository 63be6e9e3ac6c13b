// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
)

// instance is one of two services that track the same keys.
type instance struct {
	t       *testing.T
	db      *mongo.Database
	conf    settings
	process *process
	pending []eventstore.PendingEvent // when it started
	began   page
}

// start starts the instance. What it finds in its journal is known before.
func (i *instance) start() {
	i.t.Helper()
	i.pending = nil
	for e, err := range eventstore.ReadPending(i.conf.Dir) {
		if errors.Is(err, fs.ErrNotExist) {
			break // the first one
		}
		if err != nil {
			i.t.Fatal(err)
		}
		e.Document = slices.Clone(e.Document)
		i.pending = append(i.pending, e)
	}
	i.process = run(i.t, i.conf)
	i.began = scrape(i.t, i.process.url)
}

// ofOthers returns how many of the events that the instance found in its journal are not those that MongoDB has: another event with
// the key was there first. The same holds after any number of deliveries of each.
func (i *instance) ofOthers() (n int64) {
	i.t.Helper()
	if len(i.pending) == 0 {
		return 0
	}
	var ids bson.A
	for _, e := range i.pending {
		id := uuid.MustParse(e.ID)
		ids = append(ids, bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]})
	}
	cursor, err := i.db.Collection("user_events").Find(context.Background(), bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}})
	if err != nil {
		i.t.Fatal(err)
	}
	there := map[string]string{}
	for cursor.Next(context.Background()) {
		_, id := cursor.Current.Lookup("_id").Binary()
		there[uuid.UUID(id).String()] = nameOf(cursor.Current)
	}
	if cursor.Err() != nil {
		i.t.Fatal(cursor.Err())
	}
	for _, e := range i.pending {
		switch name := there[e.ID]; name {
		case "":
			i.t.Errorf("%s is neither stored nor pending", nameOf(bson.Raw(e.Document)))
		case nameOf(bson.Raw(e.Document)):
		default:
			n++
		}
	}
	return n
}

// recovered delivers what the instance found in its journal, and holds the page against what MongoDB has by then: a redelivery of
// the event that is there is stored, another event with its key is deduplicated.
func (i *instance) recovered() {
	i.t.Helper()
	i.process.flush()
	p := scrape(i.t, i.process.url)
	p.balanced(i.t)
	others := i.ofOthers()
	if all := int64(len(i.pending)); p.Events("recovered") != all || p.Events("deduplicated") != others || p.Events("stored") != all-others || p.Events("lost") != 0 {
		i.t.Errorf("the journal had %d events, and others were stored in the place of %d; the page says recovered %d, stored %d, deduplicated %d, lost %d",
			all, others, p.Events("recovered"), p.Events("stored"), p.Events("deduplicated"), p.Events("lost"))
	}
	i.began = p
}

// keysLot is the most kills that one database sees with keys: for each event that another instance stored first, the embedded server
// reads the whole collection.
const keysLot = 20

// TestKillWithKeys has two instances track the same keys, from several goroutines each, kills both at random moments, and starts
// them again, with keys that they had tracked before. After each kill, every event that was pending is known, and so is how it
// must be counted.
func TestKillWithKeys(t *testing.T) {
	t.Parallel()
	random, kills := chance(t), max(*rounds/4, 5)
	for i, lots := 0, (kills+keysLot-1)/keysLot; i < lots; i++ {
		n, source := (kills+i)/lots, rand.New(rand.NewPCG(random.Uint64(), uint64(i)))
		t.Run(fmt.Sprint("services ", i+1), func(t *testing.T) {
			t.Parallel()
			killWithKeys(t, source, n)
		})
	}
}

func killWithKeys(t *testing.T, random *rand.Rand, kills int) {
	server := mongotest.Start(t)
	db := server.Database(t)
	truth := newTruth()
	var both [2]*instance
	for n := range both {
		both[n] = &instance{t: t, db: db, conf: settings{
			URI: server.URI(), Database: db.Name(), Dir: t.TempDir(), Instance: fmt.Sprint("instance-", n), BatchSize: 100,
		}}
	}
	var recovered, others int64
	for round := range kills {
		var tracking sync.WaitGroup
		for n, i := range both {
			i.start()
			i.recovered()
			recovered, others = recovered+int64(len(i.pending)), others+i.began.Events("deduplicated")
			o, after := order{Ack: "written", Pad: -1, Keys: fmt.Sprint("k", round/2)}, 100+random.IntN(500)
			if (round+n)%3 == 2 {
				o, after = order{Ack: "stored", Pad: 50, Keys: o.Keys}, 10+random.IntN(100)
			}
			tracking.Go(func() { i.process.trackUntilKilled(truth, fmt.Sprintf("%d-%d", n, round), o, after) })
		}
		tracking.Wait()
		if t.Failed() {
			t.Fatalf("round %d", round)
		}
	}
	lastRound(t, both, truth, fmt.Sprint("k", (kills-1)/2))
	stored := keysOf(t, storedIn(t, db), truth)
	t.Logf("%d kills of each: %d documents, %d of them with keys; processes took up %d events, in the place of %d of which another one was stored",
		kills, stored[0]+stored[1], stored[1], recovered, others)
	if recovered == 0 || others == 0 {
		t.Error("too little to test anything")
	}
}

// lastRound has both instances track the same keys to their end, and holds what their pages say of these events and of those that
// they took up before against what MongoDB has.
func lastRound(t *testing.T, both [2]*instance, truth *truth, keys string) {
	t.Helper()
	var tracking sync.WaitGroup
	for n, i := range both {
		i.start()
		i.recovered()
		o := order{Number: 400, Keys: keys, Prefix: fmt.Sprint("last", n)}
		tracking.Go(func() { i.process.track(o, truth.heardFrom); i.process.flush() })
	}
	tracking.Wait()
	names := storedIn(t, both[0].db)
	for n, i := range both {
		own := int64(0)
		for j := range 400 {
			name := fmt.Sprintf("last%d-%d", n, j)
			if j%2 == 0 {
				name = fmt.Sprintf("%s-%d%slast%d", keys, j, keySeparator, n)
			}
			own += int64(names[name])
		}
		p := scrape(t, i.process.url)
		p.balanced(t)
		stored := p.Events("stored") - i.began.Events("stored")
		deduplicated := p.Events("deduplicated") - i.began.Events("deduplicated")
		if stored != own || stored+deduplicated != p.Events("accepted") || p.Pending() != 0 {
			t.Errorf("instance %d made %d documents; the page says stored %d, deduplicated %d, accepted %d, pending %d",
				n, own, stored, deduplicated, p.Events("accepted"), p.Pending())
		}
	}
}

// keysOf holds documents against what was accepted: one for each key, one for each event without one. It returns the numbers of
// both kinds, those without a key first.
func keysOf(t *testing.T, stored map[string]int, truth *truth) (n [2]int) {
	t.Helper()
	byKey := func(names map[string]int) map[string]int {
		keys := map[string]int{}
		for name, n := range names {
			if key, ok := keyOf(name); ok {
				keys[key] += n
			} else {
				keys[name] += n
			}
		}
		return keys
	}
	accepted := newTruth()
	for name := range truth.accepted {
		if key, ok := keyOf(name); ok {
			name = key
		}
		accepted.heard(name, nil)
	}
	if len(truth.refused) > 0 {
		t.Errorf("%d events were refused", len(truth.refused))
	}
	accepted.check(t, byKey(stored), 0)
	for name, times := range stored {
		if _, ok := keyOf(name); ok {
			n[1] += times
		} else {
			n[0] += times
		}
	}
	return n
}
