// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/mongosafe"
)

// mongoError is MongoDB's or the driver's error, for errors.Is and errors.As, with a text that holds neither
// secrets nor parts of documents.
type mongoError struct {
	text string
	err  error
}

func (e *mongoError) Error() string { return e.text }
func (e *mongoError) Unwrap() error { return e.err }

// mongoError says what failed while doing something.
func (r *Reader) mongoError(doing string, err error) error {
	if errors.Is(err, mongo.ErrClientDisconnected) {
		return eventstore.ErrClosed
	}
	return &mongoError{fmt.Sprintf("mongostore: %s: %s", doing, mongosafe.Text(err, r.uri)), err}
}
