// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"encoding/json"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// TestMessagesAreBounded tracks documents whose text is many times as large as they are, while nobody takes messages from the queue.
func TestMessagesAreBounded(t *testing.T) {
	client, err := otelanalytics.New(servicetest.Map(t, "version: 1\nevents: {login: {}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Shutdown(t.Context())
	p := Handler(client)
	many := make(bson.A, 3_000)
	for i := range many {
		many[i] = bson.D{}
	}
	long, err := bson.Marshal(bson.D{{Key: "a", Value: bson.D{{Key: "b", Value: bson.D{{Key: "c", Value: bson.D{{Key: "d", Value: many}}}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	short, err := bson.Marshal(bson.D{{Key: "text", Value: string(make([]byte, 8<<10))}}) // each byte has six in JSON
	if err != nil {
		t.Fatal(err)
	}
	v := &viewer{filters: []filter{{}}, queue: make(chan []byte, maxQueue), gone: make(chan struct{})}
	var w watch
	seen, left := 0, 0
	for range 30 {
		for _, data := range [][]byte{long, short, short, short} {
			p.hub.feed.take(&otelanalytics.WatchedEvent{Type: "login", Result: otelanalytics.ResultRecorded, Data: data, Time: time.Now()})
			seen++
		}
		w.pass(p.hub, []*viewer{v})
	}
	waiting := 0
	for len(v.queue) > 0 {
		m := <-v.queue
		waiting += len(m)
		if len(m) > maxTickBytes+1<<10 {
			t.Errorf("a message has %d bytes", len(m))
		}
		var n news
		if err := json.Unmarshal(m[len("event: events\ndata: "):], &n); err != nil {
			t.Fatal(err)
		}
		seen -= len(n.Events)
		left = int(n.Skipped)
		if len(n.Events) == 0 { // it says how many were left out
			continue
		}
		var first event
		if err := json.Unmarshal(n.Events[0], &first); err != nil || len(n.Events) > 1 && (first.TooLarge != len(long) || first.Document != "") {
			t.Errorf("the event with a large text has %d bytes and says %d, %v", len(first.Document), first.TooLarge, err)
		}
	}
	if waiting > maxWaiting+maxTickBytes || waiting == 0 {
		t.Errorf("%d bytes wait for a viewer that does not read", waiting)
	}
	if left == 0 || int64(seen) != v.skipped {
		t.Errorf("%d events were left out, and the page counts %d", seen, v.skipped)
	}
}
