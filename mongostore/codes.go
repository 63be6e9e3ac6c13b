// SPDX-License-Identifier: Apache-2.0

package mongostore

import "slices"

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
		17280, // KeyTooLong
		// A 2d, 2dsphere, hashed or text index cannot take a value of the document.
		13026, 13027, 13067, 13068, 13654, 16755, 16804, 16766, 17261, 17262,
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
		14031, 4293, // OutOfDiskSpace; PostgreSQL's 53100, packed as mongoCode says
		371, 11601, 16500, // UserWritesBlocked, Interrupted, too many requests
		59, 166, // CommandNotFound, CommandNotSupportedOnView
	}
	// failureCodes say that something failed in the server, and not what. About a whole command they are an outage. About
	// one document of many, the document can be the cause: nothing else distinguishes it from those that were taken.
	failureCodes = []int{
		1, 8, 20, // InternalError, UnknownError, IllegalOperation
		39, 73, 96, 146, // FileStreamFailed, InvalidNamespace, OperationFailed, ExceededMemoryLimit
	}
)

// classifyCode judges the code of an answer to a whole command.
func classifyCode(code int) verdict {
	code = mongoCode(code)
	switch {
	case slices.Contains(duplicateCodes, code):
		return duplicate
	case slices.Contains(unsuitableCodes, code):
		return unsuitable
	case slices.Contains(outageCodes, code), slices.Contains(failureCodes, code):
		return outage
	default:
		return unclear
	}
}

// classifyWrite judges the code of a write error, which is about one document.
func classifyWrite(code int) verdict {
	if slices.Contains(failureCodes, mongoCode(code)) {
		return unclear
	}
	return classifyCode(code)
}
