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

// largest is the size of the largest document that the store takes.
type largest struct {
	bytes int
	whose string // with the size, for a message
}

// largestOf asks a store, which may be nil.
func largestOf(s Store) largest {
	n, sink := eventstore.MaxDocumentBytes, ""
	if s != nil {
		n, sink = s.MaxEventBytes()
	}
	if sink == "" {
		return largest{n, fmt.Sprintf("MongoDB stores at most %d (16 MiB)", n)}
	}
	return largest{n, fmt.Sprintf("%s takes at most %d", sink, n)}
}

// refuse names the largest field of the data, which is where to look.
func (l largest) refuse(eventType string, data bson.Raw, size int) error {
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
			most, size, l.whose),
		cause: ErrTooLarge,
	}
}
