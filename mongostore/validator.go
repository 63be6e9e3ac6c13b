// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/mongo"
)

// Validator has the server check documents before it stores them, whoever writes them. *validator.Validator of package
// mongostore/validator is one that is made from an event map.
type Validator interface {
	// Ensure gives the collection, which need not exist, its validator, and reports whether it changed something. It is called once
	// the server can be reached, before the first insert, and again after an error. One that is [ErrValidatorKept], or an answer of
	// the server which refuses, is warned about and ends that: events are delivered without a validator.
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
		advice: "documents are not checked by the server; docs/validator.md says what to do",
	}
}

// kept reports whether the validator stays as it is, however often it is tried.
func kept(err error) bool { return errors.Is(err, ErrValidatorKept) }
