// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/internal/queuetest"
	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// TestDocumentsThatBreakTheConnection has three documents among 1,500 for which a server closes the connection, and others that
// come later. The three are quarantined, and hold none of the others up for more than 5 s, although the driver looks for the
// server anew after each break, and fails what is under way on other connections.
func TestDocumentsThatBreakTheConnection(t *testing.T) {
	for name, further := range map[string]*options.ClientOptions{
		"little time to find the server": nil, // as wireserver's connection string says
		"the driver's own time":          options.Client().SetServerSelectionTimeout(30 * time.Second),
	} {
		t.Run(name, func(t *testing.T) {
			server := wireserver.Start(t)
			server.Script(func(c wireserver.Command) wireserver.Action {
				for _, doc := range c.Documents {
					if c.Name == "insert" && strings.Contains(doc.String(), "breaks it") {
						return wireserver.Break()
					}
				}
				return wireserver.Proceed
			})
			s := open(t, mongostore.Config{URI: server.URI(), Database: "x", Dir: t.TempDir(), WithoutIndexes: true, Client: further})
			good := int64(1_497)
			for i := range 1_500 {
				if i%500 == 7 {
					add(t, s, event(t, bson.E{Key: "note", Value: "breaks it"}))
				} else {
					add(t, s, event(t))
				}
			}
			tick := time.NewTicker(50 * time.Millisecond)
			defer tick.Stop()
			began, behind, held := time.Now(), time.Now(), time.Duration(0)
			for queuetest.Sum(s.Stats().Quarantined) < 3 {
				<-tick.C
				now := time.Now()
				if queuetest.Sum(s.Stats().Stored) >= good {
					add(t, s, event(t))
					good++
					behind = now
				}
				if held = max(held, now.Sub(behind)); held > 5*time.Second || now.Sub(began) > time.Minute {
					t.Fatalf("others are held up for %v, %v after the beginning: %+v", held, now.Sub(began), s.Stats())
				}
			}
			t.Logf("quarantined after %v; others were held up for %v", time.Since(began), held)
			flush(t, s)
			balanced(t, s)
			if n := len(server.Documents()); int64(n) != good {
				t.Errorf("%d documents, want %d", n, good)
			}
		})
	}
}

// TestBreaksKeepApart counts the connections of the common client that break with a document: those of all other trials are of
// another client.
func TestBreaksKeepApart(t *testing.T) {
	server := wireserver.Start(t)
	var got inserts
	got.watch(server, proceed)
	// The server's connection string gives the driver less time than it waits before it looks again.
	patient := options.Client().SetServerSelectionTimeout(30 * time.Second)
	sink := sinkOf(t, mongostore.Config{URI: server.URI(), WithoutIndexes: true, Client: patient})
	deliverAll := func(n int, fields ...bson.E) error {
		verdicts, err := sink.Deliver(t.Context(), batch(t, n, fields...))
		if err == nil && len(verdicts) != n {
			t.Fatalf("%d verdicts about %d events", len(verdicts), n)
		}
		return err
	}
	if err := deliverAll(10); err != nil {
		t.Fatal(err)
	}
	server.Script(func(c wireserver.Command) wireserver.Action {
		for _, doc := range c.Documents {
			if strings.Contains(doc.String(), "breaks it") {
				return wireserver.Break()
			}
		}
		return wireserver.Proceed
	})
	breaking := batch(t, 10, bson.E{Key: "note", Value: "breaks it"})
	if _, err := sink.Deliver(t.Context(), breaking); err == nil {
		t.Fatal("no error")
	}
	if err := deliverAll(10); err != nil { // the driver finds the server again
		t.Fatal(err)
	}
	// From now on, others are not concerned. A busy machine may slow some of the ten.
	quickest := time.Hour
	for range 10 {
		began := time.Now()
		if _, err := sink.Deliver(t.Context(), breaking[:1]); err == nil {
			t.Fatal("no error")
		}
		if err := deliverAll(10); err != nil {
			t.Fatal(err)
		}
		quickest = min(quickest, time.Since(began))
	}
	if quickest > 400*time.Millisecond {
		t.Errorf("each took %v or more: the driver waits half a second before it looks for a server again", quickest)
	}
	// A server that takes them is asked by the common client again.
	server.Script(nil)
	if verdicts, err := sink.Deliver(t.Context(), breaking); err != nil || len(verdicts) != 10 {
		t.Fatal(verdicts, err)
	}
}
