// SPDX-License-Identifier: Apache-2.0

package kafkastore

import (
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// TestLargeRecords: a topic with a large max.message.bytes takes records that no document of MongoDB holds. They become events that a
// store takes.
func TestLargeRecords(t *testing.T) {
	large, err := bson.Marshal(bson.D{
		{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: make([]byte, 16)}},
		{Key: "padding", Value: strings.Repeat("x", eventstore.MaxDocumentBytes)},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"an event":           large,
		"no event":           make([]byte, 2*eventstore.MaxDocumentBytes),
		"no event, it fits":  make([]byte, eventstore.MaxDocumentBytes),
		"one that is little": make([]byte, 3),
	} {
		t.Run(name, func(t *testing.T) {
			e := eventOf(&kgo.Record{Value: data})
			if e.Refusal == nil || len(e.Document) > eventstore.MinQuarantineBytes*3/4 { // a line of the quarantine has it in base64
				t.Fatalf("%d bytes, %+v", len(e.Document), e.Refusal)
			}
			if err := bson.Raw(e.Document).Validate(); err != nil {
				t.Error(err)
			}
		})
	}
}
