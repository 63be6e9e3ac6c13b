// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// acceptedEvent is an event as the SDK accepts one: with an id of the version, at a time in milliseconds, by an instance.
func acceptedEvent(t *testing.T, version byte, key byte, at int64, instance string) eventstore.Event {
	t.Helper()
	id := uuid.UUID{0: key, 6: version << 4, 8: 0x80}
	doc, err := bson.Marshal(bson.D{
		{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]}},
		{Key: "received_at", Value: bson.DateTime(at)},
		{Key: "service", Value: bson.D{{Key: "name", Value: "shop"}, {Key: "instance_id", Value: instance}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return eventstore.Event{ID: id, Type: "e", Document: doc}
}

// TestTakenIDs delivers events whose _id the server refuses, and looks at what is asked for them.
func TestTakenIDs(t *testing.T) {
	const at = 1_800_000_000_000
	server := wireserver.Start(t)
	sink := sinkOf(t, mongostore.Config{URI: server.URI(), WithoutIndexes: true})
	there := []eventstore.Event{
		acceptedEvent(t, 5, 1, at, "a"), acceptedEvent(t, 5, 2, at, "a"), acceptedEvent(t, 5, 3, at, "a"), acceptedEvent(t, 7, 4, at, "a"),
	}
	if _, err := sink.Deliver(t.Context(), there); err != nil {
		t.Fatal(err)
	}
	const fresh, again, other, doubtful, retry = eventstore.Stored, eventstore.Redelivered, eventstore.Deduplicated, eventstore.Doubtful, eventstore.Retry
	for _, test := range []struct {
		name    string
		find    wireserver.Action
		events  []eventstore.Event
		want    []eventstore.Outcome
		queries int64
		failed  bool
	}{
		{"new ones", wireserver.Proceed, []eventstore.Event{acceptedEvent(t, 5, 10, at, "a"), acceptedEvent(t, 7, 11, at, "a")}, []eventstore.Outcome{fresh, fresh}, 0, false},
		{"without keys", wireserver.Proceed, []eventstore.Event{there[3], acceptedEvent(t, 7, 12, at, "a")}, []eventstore.Outcome{again, fresh}, 0, false},
		{"all kinds in one query", wireserver.Proceed, []eventstore.Event{
			there[0], acceptedEvent(t, 5, 2, at, "b"), acceptedEvent(t, 5, 3, at+1, "a"), there[3], acceptedEvent(t, 5, 13, at, "a"), there[1],
		}, []eventstore.Outcome{again, other, other, again, fresh, again}, 1, false},
		{"gone when it is looked for", wireserver.Answer(bson.D{{Key: "ok", Value: 1}, {Key: "cursor", Value: bson.D{
			{Key: "id", Value: int64(0)}, {Key: "ns", Value: "x.x"}, {Key: "firstBatch", Value: bson.A{}},
		}}}), []eventstore.Event{there[0], acceptedEvent(t, 5, 14, at, "a")}, []eventstore.Outcome{doubtful, fresh}, 1, false},
		{
			"the query fails", wireserver.Answer(wireserver.Failure(13, "Unauthorized")),
			[]eventstore.Event{there[0], acceptedEvent(t, 5, 15, at, "a"), there[3]},
			[]eventstore.Outcome{retry, fresh, again},
			1, true,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			var queries atomic.Int64
			server.Script(func(c wireserver.Command) wireserver.Action {
				if c.Name != "find" {
					return wireserver.Proceed
				}
				queries.Add(1)
				return test.find
			})
			verdicts, err := sink.Deliver(t.Context(), test.events)
			if (err != nil) != test.failed || len(verdicts) != len(test.want) {
				t.Fatalf("%+v, %v", verdicts, err)
			}
			for i, v := range verdicts {
				if v.Outcome != test.want[i] {
					t.Errorf("event %d: the outcome is %d, want %d", i, v.Outcome, test.want[i])
				}
			}
			if n := queries.Load(); n != test.queries {
				t.Errorf("%d queries, want %d", n, test.queries)
			}
		})
	}
}

// TestSpansTellEventsApart: two events of one millisecond and of processes without service.instance.id have spans.
func TestSpansTellEventsApart(t *testing.T) {
	server := wireserver.Start(t)
	sink := sinkOf(t, mongostore.Config{URI: server.URI(), WithoutIndexes: true})
	inSpan := func(trace, span string) eventstore.Event {
		id := uuid.UUID{0: 1, 6: 0x50, 8: 0x80}
		doc := bson.D{
			{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]}}, {Key: "received_at", Value: bson.DateTime(1)},
		}
		if trace != "" {
			doc = append(doc, bson.E{Key: "trace_id", Value: trace}, bson.E{Key: "span_id", Value: span})
		}
		b, err := bson.Marshal(append(doc, bson.E{Key: "service", Value: bson.D{}}))
		if err != nil {
			t.Fatal(err)
		}
		return eventstore.Event{ID: id, Type: "e", Document: b}
	}
	for i, test := range []struct {
		event eventstore.Event
		want  eventstore.Outcome
	}{
		{inSpan("t", "s"), eventstore.Stored},
		{inSpan("t", "s"), eventstore.Redelivered},
		{inSpan("t", "s2"), eventstore.Deduplicated},
		{inSpan("t2", "s"), eventstore.Deduplicated},
		{inSpan("", ""), eventstore.Deduplicated},
	} {
		verdicts, err := sink.Deliver(t.Context(), []eventstore.Event{test.event})
		if err != nil || verdicts[0].Outcome != test.want {
			t.Errorf("%d: %+v, %v, want %d", i, verdicts, err, test.want)
		}
	}
}
