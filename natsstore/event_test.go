// SPDX-License-Identifier: Apache-2.0

package natsstore

import (
	"errors"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// bytesOf is a message that has nothing but data.
type bytesOf struct {
	jetstream.Msg
	data []byte
}

func (m bytesOf) Data() []byte                              { return m.data }
func (m bytesOf) Subject() string                           { return "events.e" }
func (m bytesOf) Metadata() (*jetstream.MsgMetadata, error) { return nil, errors.New("none") }

// TestLargeMessages: a server with a large max_payload takes messages that no document of MongoDB holds. They become events that a
// store takes.
func TestLargeMessages(t *testing.T) {
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
			e := eventOf(bytesOf{data: data})
			if e.Refusal == nil || len(e.Document) > eventstore.MinQuarantineBytes*3/4 { // a line of the quarantine has it in base64
				t.Fatalf("%d bytes, %+v", len(e.Document), e.Refusal)
			}
			if n := bson.Raw(e.Document).Lookup("bytes").AsInt64(); n != int64(len(data)) {
				t.Errorf("it tells of %d bytes, want %d", n, len(data))
			}
			_, kept, _ := bson.Raw(e.Document).Lookup("message").BinaryOK()
			if want := min(len(data), maxWrapped); len(kept) != want {
				t.Errorf("%d bytes of the message are kept, want %d", len(kept), want)
			}
		})
	}
}
