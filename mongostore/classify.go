// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"errors"
	"strconv"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/internal/mongosafe"
)

// verdict says what an error of an insert means for the documents in it.
type verdict uint8

const (
	// outage: it has nothing to do with the documents. Try again for as long as it takes.
	outage verdict = iota
	// duplicate: a unique index refused the document; by _id, it is there already.
	duplicate
	// unsuitable: the server will never take the document.
	unsuitable
	// unclear: the server answered with something else. Try the documents one by one, a few times, while it
	// takes others.
	unclear
)

// driverTooLarge is what the driver says, without asking the server, of a document beyond the server's
// own limit. The error's variable is in a package below x/, which may change in any release.
const driverTooLarge = "an inserted document is too large"

const (
	tooLarge    = "too_large" // the reason under which such a document is quarantined
	networkKind = "network"   // the kind of a connection that broke
)

// classify judges an error that is about an insert as a whole. kind names it for the counter.
func classify(err error) (v verdict, kind string) {
	var command mongo.CommandError
	var concern mongo.BulkWriteException
	var dns *mongosafe.ResolveError
	switch {
	case errors.As(err, &dns):
		return outage, "connection"
	case errors.As(err, &concern) && concern.WriteConcernError != nil:
		return outage, "write_concern"
	case errors.As(err, &concern):
		return outage, "write"
	case mongo.IsTimeout(err):
		return outage, "timeout"
	case mongo.IsNetworkError(err):
		return outage, networkKind
	case errors.As(err, &command):
		if command.HasErrorLabel("RetryableWriteError") || command.HasErrorLabel("TransientTransactionError") {
			return outage, "command"
		}
		if v := classifyCode(int(command.Code)); v != duplicate {
			return v, "command"
		}
		return unclear, "command"
	case err.Error() == driverTooLarge:
		return unsuitable, "driver"
	default:
		// Connecting and authenticating fail with errors of many types.
		return outage, "connection"
	}
}

// codeReason is the reason under which a document is quarantined.
func codeReason(code int) string {
	switch mongoCode(code) {
	case 121:
		return "validation"
	case 10334:
		return tooLarge
	default:
		return "code_" + strconv.Itoa(code)
	}
}
