// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"errors"
	"slices"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// The errors of this package. Test for them with errors.Is. The collection's validator then stays unchanged. Each of them is also
// [mongostore.ErrValidatorKept].
const (
	// ErrOther: the collection has a validator that this package did not make, or one with rules that were added to it.
	ErrOther = keptError("the collection has a validator that was not made from an event map, or has rules that were added by hand; remove it by hand, or replace it")
	// ErrUnsupported: the server knows no validators, or does not list collections.
	ErrUnsupported = keptError("the server has no collection validators: it does not know the command or the option")
	// ErrDropped: the server acknowledged the command, and does not list the validator afterwards.
	ErrDropped = keptError("the server took the validator and does not keep it: it checks nothing")

	// errChanged: the collection has something else than this process gave it just before.
	errChanged = keptError("another process changed the collection's validator at the same time, or the server keeps a changed one: apply it again")
)

// keptError is an error that trying again would not change.
type keptError string

func (e keptError) Error() string { return "validator: " + string(e) }

// Is reports whether target is the error that package mongostore knows.
func (e keptError) Is(target error) bool { return target == mongostore.ErrValidatorKept }

// MongoDB's error codes, as its error_codes.yml names them.
const (
	namespaceExists   = 48
	commandNotFound   = 59
	commandNotSupport = 115
	notImplemented    = 238
)

// unsupported returns ErrUnsupported for a server that says so, and other errors as they are.
func unsupported(err error) error {
	if hasCode(err, commandNotFound, commandNotSupport, notImplemented) {
		return ErrUnsupported
	}
	return err
}

func hasCode(err error, codes ...int32) bool {
	var command mongo.CommandError
	return errors.As(err, &command) && slices.Contains(codes, command.Code)
}
