// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"errors"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// The errors of the methods of a reader and a store, in addition to the errors of package eventstore. Test for them with errors.Is.
var (
	// ErrQuery: the fields of a Query or Filter are wrong, or the user of Export or Delete is empty.
	ErrQuery = errors.New("mongostore: wrong query")
	// ErrDocumentVersion: a document was written by a later release, in a form that this one would misread. The error
	// names its _id and both versions.
	ErrDocumentVersion = eventdoc.ErrVersion
	// ErrValidatorKept: a [Validator] left the collection's validator unchanged. A retry would not change this.
	ErrValidatorKept = errors.New("mongostore: the collection's validator stays as it is")
	// ErrLinks: LinkedIDs found more ids than one person has.
	ErrLinks = errors.New("mongostore: too many linked ids")
	// ErrCursor: Query.Cursor is not a Page.Next of this version.
	ErrCursor = errors.New("mongostore: wrong cursor")
)
