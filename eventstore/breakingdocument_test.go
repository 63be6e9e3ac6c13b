// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// TestDocumentsThatBreakTheDriversConnection has three documents among 1,500 for which a server closes the connection. The
// driver then looks for the server anew, and fails what others are about to send. They are stored all the same.
func TestDocumentsThatBreakTheDriversConnection(t *testing.T) {
	server := wireserver.Start(t)
	server.Script(func(c wireserver.Command) wireserver.Action {
		for _, doc := range c.Documents {
			if c.Name == "insert" && strings.Contains(doc.String(), "breaks it") {
				return wireserver.Break()
			}
		}
		return wireserver.Proceed
	})
	s := open(t, mongostore.Config{URI: server.URI(), Database: "x", Dir: t.TempDir(), WithoutIndexes: true})
	const good = 1_497
	began := time.Now()
	for i := range good + 3 {
		if i%500 == 7 {
			add(t, s, event(t, bson.E{Key: "note", Value: "breaks it"}))
		} else {
			add(t, s, event(t))
		}
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for sum(s.Stats().Stored) < good {
		if <-tick.C; time.Since(began) > time.Minute {
			t.Fatalf("%+v", s.Stats())
		}
	}
	t.Logf("the others are stored after %v", time.Since(began))
	balanced(t, s)
}
