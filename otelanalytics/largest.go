// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"fmt"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// largest returns the size of the largest document that the store takes at the moment, and the sink with this bound.
// sink is empty for MongoDB.
func (c *Client) largest() (bytes int, sink string) {
	if c.store == nil {
		return eventstore.MaxDocumentBytes, ""
	}
	return c.store.MaxEventBytes()
}

// tooLarge returns the error for a document that is too large. It names the largest field of the data.
func tooLarge(eventType string, data bson.Raw, size, largest int, sink string) error {
	whose := fmt.Sprintf("MongoDB stores at most %d (16 MiB)", largest)
	if sink != "" {
		whose = fmt.Sprintf("%s takes at most %d", sink, largest)
	}
	field, most := eventdoc.FieldData, 0
	for rest := data[4:]; ; {
		_, key, value, next, ok := bsondoc.Next(rest)
		if !ok {
			break
		}
		if len(value) > most {
			field, most = eventdoc.FieldData+"."+shortened(string(key)), len(value)
		}
		rest = next
	}
	return &InvalidEventError{
		EventType: strings.Clone(eventType),
		Field:     field,
		Problem: fmt.Sprintf("takes %d bytes of a document of %d; %s: keep large content elsewhere and track a reference to it",
			most, size, whose),
		cause: ErrTooLarge,
	}
}
