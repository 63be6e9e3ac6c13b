// SPDX-License-Identifier: Apache-2.0

package kafkastore

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/twmb/franz-go/pkg/kgo"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// ReasonMalformed is the reason of the Refusal of a record that is no event.
const ReasonMalformed = "malformed"

const (
	fieldID     = "_id"
	unknownType = "other"
)

var errNoType = errors.New("it has no header " + HeaderType)

// eventOf makes an event of a record.
func eventOf(r *kgo.Record) eventstore.Event {
	if n := len(r.Value); n > eventstore.MaxDocumentBytes {
		return malformed(r, fmt.Errorf("it has %d bytes, more than MongoDB takes", n))
	}
	id, err := idOf(r.Value)
	if err != nil {
		return malformed(r, err)
	}
	for i := range r.Headers {
		if r.Headers[i].Key == HeaderType {
			return eventstore.Event{ID: id, Type: string(r.Headers[i].Value), Document: r.Value}
		}
	}
	return malformed(r, errNoType)
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

// maxWrapped bounds what is kept of a record that is no event. The smallest quarantine file has room for it.
const maxWrapped = 512 << 10

// malformed wraps a record that is no event. It has the same id each time that the record is read.
func malformed(r *kgo.Record, why error) eventstore.Event {
	origin := fmt.Sprintf("%s %d %d", r.Topic, r.Partition, r.Offset)
	sum := sha256.Sum256(append([]byte(origin+"\x00"), r.Value...))
	id := [16]byte(sum[:16])
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80 // a UUID of version 8, whose bits are ours
	document, err := bson.Marshal(bson.D{
		{Key: fieldID, Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]}},
		{Key: "origin", Value: origin},
		{Key: "bytes", Value: int64(len(r.Value))},
		{Key: "message", Value: bson.Binary{Data: r.Value[:min(len(r.Value), maxWrapped)]}},
	})
	if err != nil { // bytes and text always encode
		document = []byte{5, 0, 0, 0, 0}
	}
	return eventstore.Event{
		ID: id, Type: unknownType, Document: document,
		Refusal: &eventstore.Refusal{Reason: ReasonMalformed, Message: "the record is no event: " + why.Error()},
	}
}
