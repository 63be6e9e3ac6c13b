// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/mongo"
)

// Validator makes the server check documents before it stores them, whichever program writes them. *validator.Validator of package
// mongostore/validator is one, made from an event map.
type Validator interface {
	// Ensure gives the collection, which may not exist yet, its validator, and reports whether it changed something. The store
	// calls it once the server can be reached, before the first insert, and again after an error. Two errors end these calls:
	// [ErrValidatorKept], and an answer of the server that refuses. They log a warning, and events are delivered without a
	// validator.
	Ensure(ctx context.Context, on *mongo.Collection) (changed bool, err error)
}

// validating is the step that gives the collection its validator.
func (i *indexes) validating(v Validator) step {
	return step{
		what: "the collection's validator is not in effect",
		run: func(ctx context.Context, on *mongo.Collection) error {
			changed, err := v.Ensure(ctx, on)
			if changed {
				i.log.Info("mongodb: the collection has the validator of the event map", "collection", on.Name())
			}
			return err
		},
		advice: "documents are not checked by the server; docs/validator.md has the remedies",
	}
}

// kept reports whether the validator stays as it is, however often it is tried.
func kept(err error) bool { return errors.Is(err, ErrValidatorKept) }
