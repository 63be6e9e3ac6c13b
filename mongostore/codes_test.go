// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"fmt"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// TestWriteErrorOfOneDocument has a server take all documents but one, for each kind of error. The others are stored, and an
// outage is an error that is about the one alone.
func TestWriteErrorOfOneDocument(t *testing.T) {
	for _, test := range []struct {
		code   int32
		want   eventstore.Outcome
		reason string
	}{
		{1, eventstore.Doubtful, "code_1"}, // a failure in the server, by the document or not
		{8, eventstore.Doubtful, "code_8"},
		{20, eventstore.Doubtful, "code_20"},
		{39, eventstore.Doubtful, "code_39"},
		{73, eventstore.Doubtful, "code_73"},
		{96, eventstore.Doubtful, "code_96"},
		{146, eventstore.Doubtful, "code_146"},
		{553648157, eventstore.Doubtful, "code_553648157"}, // DocumentDB's M000Q, which is 73
		{29, eventstore.Doubtful, "code_29"},               // DocumentDB's M0000, and a code of MongoDB too
		{99999, eventstore.Doubtful, "code_99999"},
		{121, eventstore.Refused, "validation"},
		{525074461, eventstore.Refused, "validation"}, // M00CO
		{16755, eventstore.Refused, "code_16755"},
		{302514205, eventstore.Refused, "code_302514205"}, // M002B
		{13027, eventstore.Refused, "code_13027"},
		{16804, eventstore.Refused, "code_16804"},
		{17261, eventstore.Refused, "code_17261"},
		{16766, eventstore.Refused, "code_16766"},
		{302252061, eventstore.Refused, "too_large"}, // M001B
		{319029277, eventstore.Refused, "duplicate_key"},
		{112, eventstore.Retry, ""},
		{16777220, eventstore.Retry, ""}, // 40001
		{91, eventstore.Retry, ""},
		{14031, eventstore.Retry, ""},
		{4293, eventstore.Retry, ""},
	} {
		t.Run(fmt.Sprint(test.code), func(t *testing.T) {
			server := wireserver.Start(t)
			server.Script(func(c wireserver.Command) wireserver.Action {
				if c.Name != "insert" {
					return wireserver.Proceed
				}
				return wireserver.Refuse(func(doc bson.Raw) bson.D {
					if n, _ := doc.Lookup("n").AsInt64OK(); n == 2 {
						return wireserver.WriteError(test.code, "no")
					}
					return nil
				})
			})
			sink := sinkOf(t, mongostore.Config{URI: server.URI(), WithoutIndexes: true})
			verdicts, err := sink.Deliver(t.Context(), batch(t, 5))
			if (err != nil) != (test.want == eventstore.Retry) || len(verdicts) != 5 {
				t.Fatalf("%d verdicts, %v", len(verdicts), err)
			}
			for i, v := range verdicts {
				want, reason := eventstore.Stored, ""
				if i == 2 {
					want, reason = test.want, test.reason
				}
				if v.Outcome != want || v.Reason != reason {
					t.Errorf("document %d: %+v, want the outcome %d, reason %q", i, v, want, reason)
				}
			}
			if n := len(server.Documents()); n != 4 {
				t.Errorf("%d documents", n)
			}
		})
	}
}

// TestSizeRefusesTheWholeCommand: some servers refuse all documents for the size of one.
func TestSizeRefusesTheWholeCommand(t *testing.T) {
	server := wireserver.Start(t)
	server.Script(func(c wireserver.Command) wireserver.Action {
		for _, doc := range c.Documents {
			if n, _ := doc.Lookup("n").AsInt64OK(); n == 17 {
				return wireserver.Answer(wireserver.Failure(10334, "BSONObjectTooLarge"))
			}
		}
		return wireserver.Proceed
	})
	s := deliver(t, mongostore.Config{URI: server.URI(), Dir: t.TempDir(), WithoutIndexes: true}, batch(t, 40))
	st := s.Stats()
	if n := len(server.Documents()); n != 39 || st.Stored["e"] != 39 || st.Pending != 0 {
		t.Errorf("%d documents, %+v", n, st)
	}
	if n := st.Quarantined[eventstore.QuarantineKey{Type: "e", Reason: "too_large"}]; n != 1 {
		t.Errorf("quarantined: %v", st.Quarantined)
	}
	balanced(t, s)
}
