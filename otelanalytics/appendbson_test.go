// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

// appended writes its field under another name than its tag and its Go name.
type appended struct {
	Secret string `json:"password"`
}

func (a appended) AppendBSON(dst []byte) ([]byte, error) {
	doc, err := bson.Marshal(bson.D{{Key: "written", Value: a.Secret}})
	return append(dst, doc...), err
}

// marshaled is the same with the driver's own method.
type marshaled struct {
	Secret string `json:"password"`
}

func (m marshaled) MarshalBSON() ([]byte, error) {
	return bson.Marshal(bson.D{{Key: "written", Value: m.Secret}})
}

// TestRedactionOfWhatWritesItself: only the names that a method writes count.
func TestRedactionOfWhatWritesItself(t *testing.T) {
	for _, tc := range []struct {
		redact string
		kept   bool
	}{{"written", false}, {"password", true}, {"Secret", true}} {
		m := servicetest.Map(t, "version: 1\nredact: ["+tc.redact+"]\nevents: {e: {}}\n")
		for _, data := range []any{appended{"s3cret"}, marshaled{"s3cret"}} {
			rec := analyticstest.New(t, m)
			if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "e", Data: data}); err != nil {
				t.Fatal(err)
			}
			if _, kept := rec.Events("e")[0].Data["written"]; kept != tc.kept {
				t.Errorf("redact: [%s] of %T: kept is %v, want %v", tc.redact, data, kept, tc.kept)
			}
		}
	}
}
