// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"encoding/binary"
	"errors"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

func numbered(from, to int) (events []eventstore.Event) {
	for n := from; n < to; n++ {
		var e eventstore.Event
		binary.BigEndian.PutUint64(e.ID[:], uint64(n))
		events = append(events, e)
	}
	return events
}

func TestSuspects(t *testing.T) {
	a, now := newApart(Config{}), time.Now()
	a.suspect(numbered(0, 10), now)
	if !a.has(numbered(5, 20)) || a.has(numbered(10, 20)) {
		t.Error("those of the insert are known, and no others")
	}
	a.clear(numbered(0, 9))
	if !a.has(numbered(0, 10)) || a.has(numbered(0, 9)) {
		t.Error("the server answered for all but one")
	}
	a.suspect(numbered(20, 30), now.Add(suspectAge+time.Second))
	if a.has(numbered(9, 10)) || !a.has(numbered(20, 21)) {
		t.Error("a suspect is known for some time")
	}
	a.suspect(numbered(100, 100+2*maxSuspects), now)
	if len(a.suspects) != maxSuspects {
		t.Errorf("%d are known, want %d", len(a.suspects), maxSuspects)
	}
}

func TestClientsApartAreClosed(t *testing.T) {
	a := newApart(Config{URI: "mongodb://127.0.0.1:1"})
	var clients []*mongo.Client
	use := func(failure error) *mongo.Client {
		var used *mongo.Client
		err := a.do(t.Context(), func(client *mongo.Client) error {
			used = client
			return failure
		})
		if !errors.Is(err, failure) {
			t.Fatal(err)
		}
		clients = append(clients, used)
		return used
	}
	first := use(nil)
	if use(nil) != first {
		t.Error("a client that works is used again")
	}
	broken := mongo.CommandError{Labels: []string{"NetworkError"}}
	if err := a.do(t.Context(), func(*mongo.Client) error { return broken }); !mongo.IsNetworkError(err) {
		t.Fatal(err)
	}
	if use(nil) == first {
		t.Error("a client whose connection broke is used again")
	}
	if err := a.close(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, client := range clients {
		if err := client.Disconnect(t.Context()); !errors.Is(err, mongo.ErrClientDisconnected) {
			t.Errorf("it is left open: %v", err)
		}
	}
	if err := a.do(t.Context(), func(*mongo.Client) error { return nil }); !errors.Is(err, mongo.ErrClientDisconnected) {
		t.Error(err)
	}
}
