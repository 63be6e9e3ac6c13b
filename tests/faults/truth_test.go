// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"context"
	"sync"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// truth is what a test was told of its events, by name. What is in none of the sets may be stored or not: the
// process was killed while it was being tracked.
type truth struct {
	mu                sync.Mutex
	accepted, refused map[string]bool
}

func newTruth() *truth {
	return &truth{accepted: map[string]bool{}, refused: map[string]bool{}}
}

// heard is told of an event, and of the error that Track returned.
func (h *truth) heard(name string, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if accepted(err) {
		h.accepted[name] = true
	} else {
		h.refused[name] = true
	}
}

func (h *truth) numbers() (accepted, refused int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.accepted), len(h.refused)
}

// check holds what is stored against the truth: all that was accepted is there, once; nothing that was refused is
// there. It returns how many of those accepted are missing, which is an error unless lost allows for it.
func (h *truth) check(t fataler, stored map[string]int, lost int64) (missing int64) {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	for name := range h.accepted {
		if stored[name] == 0 {
			missing++
		}
	}
	twice, refused := 0, 0
	for name, n := range stored {
		if n > 1 {
			twice++
		}
		if h.refused[name] {
			refused++
		}
	}
	if missing > lost || twice > 0 || refused > 0 {
		t.Errorf("of %d accepted events %d are missing (at most %d may be); %d are stored more than once; %d of %d refused ones are stored",
			len(h.accepted), missing, lost, twice, refused, len(h.refused))
	}
	return missing
}

// missing returns the names of accepted events that are not stored.
func (h *truth) missing(stored map[string]int) map[string]bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	names := map[string]bool{}
	for name := range h.accepted {
		if stored[name] == 0 {
			names[name] = true
		}
	}
	return names
}

// storedIn returns how often each name is in a collection. A reading that an outage interrupts is made again from its
// beginning: the driver closes its connections once it knows of the outage, also when the server is back by then, and
// with its connection the test server ends a cursor.
func storedIn(t fataler, db *mongo.Database) map[string]int {
	t.Helper()
	for attempt := 1; ; attempt++ {
		names, err := readNames(db)
		if err == nil {
			return names
		}
		if attempt == 5 {
			t.Fatalf("find, the %dth time: %v", attempt, err)
		}
	}
}

func readNames(db *mongo.Database) (map[string]int, error) {
	ctx := context.Background()
	cursor, err := db.Collection("user_events").Find(ctx, bson.D{},
		options.Find().SetProjection(bson.D{{Key: "event_data.name", Value: 1}}))
	if err != nil {
		return nil, err
	}
	names := map[string]int{}
	for cursor.Next(ctx) {
		names[nameOf(cursor.Current)]++
	}
	return names, cursor.Err()
}

// storedOf is the same for documents that a test has.
func storedOf(docs []bson.Raw) map[string]int {
	names := map[string]int{}
	for _, doc := range docs {
		names[nameOf(doc)]++
	}
	return names
}

func nameOf(doc bson.Raw) string { return doc.Lookup("event_data", "name").StringValue() }
