// SPDX-License-Identifier: Apache-2.0

package natsstore

import (
	"crypto/sha256"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// ReasonMalformed is the Refusal's reason for a message that is not an event.
const ReasonMalformed = "malformed"

const (
	fieldID     = "_id"
	unknownType = "other"
)

// eventOf makes an event of a message.
func eventOf(m jetstream.Msg) eventstore.Event {
	if n := len(m.Data()); n > eventstore.MaxDocumentBytes {
		return malformed(m, fmt.Errorf("it has %d bytes, more than MongoDB takes", n))
	}
	eventType, known := Type(m.Subject())
	id, err := idOf(m.Data())
	if err != nil || !known {
		return malformed(m, err)
	}
	return eventstore.Event{ID: id, Type: eventType, Document: m.Data()}
}

func idOf(document bson.Raw) (id [16]byte, err error) {
	if err := document.Validate(); err != nil {
		return id, fmt.Errorf("it is no BSON document: %w", err)
	}
	_, data, ok := document.Lookup(fieldID).BinaryOK()
	if !ok || len(data) != len(id) {
		return id, fmt.Errorf("its %s is no UUID", fieldID)
	}
	return [16]byte(data), nil
}

// maxWrapped bounds what is kept of a message that is no event. The smallest quarantine file has room for it.
const maxWrapped = 512 << 10

// malformed wraps a message that is no event. It has the same id each time that the message is delivered.
func malformed(m jetstream.Msg, why error) eventstore.Event {
	if why == nil {
		why = fmt.Errorf("its subject does not end in the type of an event")
	}
	origin := m.Subject()
	if meta, err := m.Metadata(); err == nil {
		origin = fmt.Sprintf("%s %d", meta.Stream, meta.Sequence.Stream)
	}
	sum := sha256.Sum256(append([]byte(origin+"\x00"), m.Data()...))
	id := [16]byte(sum[:16])
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80 // a UUID of version 8, whose bits are ours
	document, err := bson.Marshal(bson.D{
		{Key: fieldID, Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]}},
		{Key: "origin", Value: origin},
		{Key: "subject", Value: m.Subject()},
		{Key: "bytes", Value: int64(len(m.Data()))},
		{Key: "message", Value: bson.Binary{Data: m.Data()[:min(len(m.Data()), maxWrapped)]}},
	})
	if err != nil { // bytes and text always encode
		document = []byte{5, 0, 0, 0, 0}
	}
	return eventstore.Event{
		ID: id, Type: unknownType, Document: document,
		Refusal: &eventstore.Refusal{Reason: ReasonMalformed, Message: "the message is no event: " + why.Error()},
	}
}
