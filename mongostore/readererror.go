// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"errors"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongosafe"
)

// mongoError says what failed while doing something.
func (r *Reader) mongoError(doing string, err error) error {
	if errors.Is(err, mongo.ErrClientDisconnected) {
		return eventstore.ErrClosed
	}
	return mongosafe.Wrap("mongostore: "+doing, err, r.uri)
}
