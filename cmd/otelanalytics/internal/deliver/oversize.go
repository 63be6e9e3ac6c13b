// SPDX-License-Identifier: Apache-2.0

package deliver

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// tooLarge is the reason of an event that no empty journal has room for, or whose document is too large for MongoDB.
const tooLarge = "too_large"

// keptBytes bounds what is kept of such an event. The smallest quarantine file has room for it.
const keptBytes = 512 << 10

// append appends events. Those that are too large go to quarantine: the log would deliver them again for ever, and stop behind them.
func (d *deliverer) append(ctx context.Context, events []eventstore.Event) (int, eventstore.Receipt, error) {
	for {
		n, receipt, err := d.store.AppendBatch(ctx, events, eventstore.AckStored)
		if !errors.Is(err, eventstore.ErrTooLarge) || !d.shorten(events) { // of which none was accepted
			return n, receipt, err
		}
	}
}

// shorten has the largest event go to quarantine, with the first bytes of its document. It returns false when no event gets any
// smaller.
func (d *deliverer) shorten(events []eventstore.Event) bool {
	largest := &events[0]
	for i := range events {
		if len(events[i].Document) > len(largest.Document) {
			largest = &events[i]
		}
	}
	size := len(largest.Document)
	kept := min(keptBytes, size/2)
	document, err := bson.Marshal(bson.D{
		{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: largest.ID[:]}},
		{Key: "bytes", Value: int64(size)},
		{Key: "message", Value: bson.Binary{Data: largest.Document[:kept]}},
	})
	if err != nil || len(document) >= size {
		return false
	}
	d.log.Error("log: has an event that is too large for the journal (journal.max_bytes) or for MongoDB (16 MiB); it goes to quarantine, with its first bytes",
		"event_type", largest.Type, "event_id", uuid.UUID(largest.ID).String(), "bytes", size, "kept_bytes", kept)
	largest.Document = document
	if largest.Refusal == nil {
		largest.Refusal = &eventstore.Refusal{
			Reason:  tooLarge,
			Message: fmt.Sprintf("the event has %d bytes, more than the journal (journal.max_bytes) or MongoDB (16 MiB) takes; its first %d bytes are in message", size, kept),
		}
	}
	return true
}
