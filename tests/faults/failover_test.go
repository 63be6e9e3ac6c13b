// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"sync/atomic"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
)

// TestFailover has a server answer inserts as a replica set does that changes its primary, and recover: nothing is
// lost, nothing is there twice, nothing is quarantined.
func TestFailover(t *testing.T) {
	concern := bson.D{{Key: "ok", Value: 1.0}, {Key: "n", Value: int32(0)}, {Key: "writeConcernError", Value: bson.D{
		{Key: "code", Value: int32(91)}, {Key: "codeName", Value: "ShutdownInProgress"}, {Key: "errmsg", Value: "shutting down"},
	}}}
	for _, c := range []struct {
		name   string
		action wireserver.Action
	}{
		{"not the primary", wireserver.Answer(wireserver.Failure(10107, "NotWritablePrimary"))},
		{"not the primary, and reads are refused", wireserver.Answer(wireserver.Failure(13435, "NotPrimaryNoSecondaryOk"))},
		{"steps down", wireserver.Answer(wireserver.Failure(189, "PrimarySteppedDown"))},
		{"shuts down", wireserver.Answer(wireserver.Failure(91, "ShutdownInProgress"))},
		{"was interrupted", wireserver.Answer(wireserver.Failure(11602, "InterruptedDueToReplStateChange"))},
		{"stored, and not the primary any more", wireserver.AnswerAfter(wireserver.Failure(10107, "NotWritablePrimary"))},
		{"stored, and not replicated", wireserver.AnswerAfter(concern)},
		{"connection cut before", wireserver.Break()},
		{"stored, and the connection cut", wireserver.BreakAfter(nil)},
		{"not allowed any more", wireserver.Answer(wireserver.Failure(13, "Unauthorized"))},
		{"an error that nobody knows", wireserver.Answer(wireserver.Failure(4_242_424, "Mystery"))},
		{"stored, and an error that nobody knows", wireserver.AnswerAfter(wireserver.Failure(4_242_424, "Mystery"))},
		{"no answer to this insert", wireserver.Answer(bson.D{{Key: "ok", Value: 1.0}, {Key: "writeErrors", Value: bson.A{
			bson.D{{Key: "index", Value: int32(1_000_000)}, {Key: "code", Value: int32(121)}},
		}}})},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := wireserver.Start(t)
			s := start(t, settings{URI: server.ImpatientURI(), BatchSize: 100})
			s.accepts(order{Prefix: "before", Number: 150, Pad: 50, Ack: "stored", Batch: 50})
			var inserts atomic.Int32
			const failing = 4 // the driver tries some of them twice
			server.Script(func(command wireserver.Command) wireserver.Action {
				if command.Name == "insert" && inserts.Add(1) <= failing {
					return c.action
				}
				return wireserver.Proceed
			})
			s.accepts(order{Prefix: "while", Number: 300, Pad: 50})
			s.accepts(order{Prefix: "while, synced", Number: 100, Pad: 50, Ack: "synced", Batch: 10})
			s.accepts(order{Prefix: "while, stored", Number: 100, Pad: 50, Ack: "stored", Batch: 50})
			p := s.settled(func() map[string]int { return storedOf(server.Documents()) })
			if n := inserts.Load(); n <= failing {
				t.Errorf("there were only %d inserts: nothing was tested", n)
			}
			if p.Events("stored") != 650 || p.Events("quarantined") != 0 {
				t.Errorf("%d stored, %d quarantined", p.Events("stored"), p.Events("quarantined"))
			}
		})
	}
}
