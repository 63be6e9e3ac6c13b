// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"errors"
	"slices"
	"strconv"

	"go.mongodb.org/mongo-driver/v2/mongo"
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

// The server's error codes, as MongoDB's error_codes.yml names them.
var (
	duplicateCodes = []int{11000, 11001, 12582}
	// unsuitableCodes are about the document itself.
	unsuitableCodes = []int{
		2,     // BadValue
		9,     // FailedToParse
		14,    // TypeMismatch
		15,    // Overflow
		16,    // InvalidLength
		22,    // InvalidBSON
		52,    // DollarPrefixedFieldName
		53,    // InvalidIdField
		56,    // EmptyFieldName
		57,    // DottedFieldName
		121,   // DocumentValidationFailure
		171,   // CannotIndexParallelArrays
		10334, // BSONObjectTooLarge
		16755, // a geo index cannot take it
		17280, // KeyTooLong
	}
	// outageCodes are about the state of the server or of the account, whatever the document.
	outageCodes = []int{
		6, 7, 89, // HostUnreachable, HostNotFound, NetworkTimeout
		13, 18, 8000, // Unauthorized, AuthenticationFailed, AtlasError
		24, 46, 112, // LockTimeout, LockBusy, WriteConflict
		50, 202, 262, // MaxTimeMSExpired, NetworkInterfaceExceededTimeLimit, ExceededTimeLimit
		64, 79, 100, // WriteConcernFailed, UnknownReplWriteConcern, CannotSatisfyWriteConcern
		91, 189, 10058, 10107, 13435, 13436, 11600, 11602, // shutting down, stepping down, not primary
		13388, 150, // StaleConfig, StaleEpoch
		39, 146, 14031, // FileStreamFailed, ExceededMemoryLimit, OutOfDiskSpace
		371, 11601, 16500, // UserWritesBlocked, Interrupted, too many requests
		1, 8, 20, 59, 73, 96, 166, // InternalError, UnknownError, IllegalOperation, CommandNotFound, InvalidNamespace, OperationFailed, CommandNotSupportedOnView
	}
)

// driverTooLarge is what the driver says, without asking the server, of a document beyond the server's
// own limit. The error's variable is in a package below x/, which may change in any release.
const driverTooLarge = "an inserted document is too large"

const (
	tooLarge    = "too_large" // the reason under which such a document is quarantined
	networkKind = "network"   // the kind of a connection that broke
)

func classifyCode(code int) verdict {
	switch {
	case slices.Contains(duplicateCodes, code):
		return duplicate
	case slices.Contains(unsuitableCodes, code):
		return unsuitable
	case slices.Contains(outageCodes, code):
		return outage
	default:
		return unclear
	}
}

// classify judges an error that is about an insert as a whole. kind names it for the counter.
func classify(err error) (v verdict, kind string) {
	var command mongo.CommandError
	var concern mongo.BulkWriteException
	switch {
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
	switch code {
	case 121:
		return "validation"
	case 10334:
		return tooLarge
	default:
		return "code_" + strconv.Itoa(code)
	}
}
