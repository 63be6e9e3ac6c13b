// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"io"
	"strings"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// TestCompleteReadsAskThePrimary: what promises to be complete does not ask a secondary, which may be behind, whatever the
// connection string prefers. What does not, follows it.
func TestCompleteReadsAskThePrimary(t *testing.T) {
	for _, preference := range []string{"secondaryPreferred", "nearest", "primaryPreferred", "secondaryPreferred&maxStalenessSeconds=120"} {
		t.Run(preference, func(t *testing.T) {
			server := wireserver.Start(t)
			var mu sync.Mutex
			var modes []string
			server.Script(func(c wireserver.Command) wireserver.Action {
				switch c.Name {
				case "find", "aggregate":
					mode, ok := c.Body.Lookup("$readPreference", "mode").StringValueOK()
					if !ok {
						mode = "primary"
					}
					mu.Lock()
					defer mu.Unlock()
					modes = append(modes, mode)
				case "insert": // as a server that does not say which index refused the documents
					return wireserver.Refuse(func(bson.Raw) bson.D { return wireserver.WriteError(11000, "E11000") })
				}
				return wireserver.Proceed
			})
			uri := strings.Replace(server.URI(), "directConnection=true", "readPreference="+preference, 1)
			s := open(t, mongostore.Config{URI: uri, Dir: t.TempDir(), WithoutIndexes: true})
			take := func() string {
				mu.Lock()
				defer mu.Unlock()
				all := strings.Join(modes, " ")
				modes = nil
				return all
			}
			sink := sinkOf(t, mongostore.Config{URI: uri, WithoutIndexes: true})
			if verdicts, err := sink.Deliver(t.Context(), batch(t, 2)); err != nil || verdicts[0].Outcome != eventstore.Refused {
				t.Fatalf("%+v, %v", verdicts, err)
			}
			if got := take(); got != "primary" {
				t.Errorf("the ids that were delivered before are looked for with %q", got)
			}
			if _, err := s.Export(t.Context(), "u", io.Discard); err != nil {
				t.Fatal(err)
			}
			if got := take(); got != "primary" {
				t.Errorf("Store.Export asks with %q", got)
			}
			if _, err := s.Reader().Export(t.Context(), "u", io.Discard); err != nil {
				t.Fatal(err)
			}
			if got := take(); got != "primary" {
				t.Errorf("Reader.Export asks with %q", got)
			}
			query(t, s, mongostore.Query{})
			mode, _, _ := strings.Cut(preference, "&")
			if got := take(); got != mode {
				t.Errorf("Query asks with %q", got)
			}
		})
	}
}
