// SPDX-License-Identifier: Apache-2.0

package mongostore

// mongoCode returns MongoDB's code for a code that DocumentDB reports as PostgreSQL's, and every other code unchanged.
//
// DocumentDB (FerretDB 2, Azure) has its errors as SQLSTATEs of five characters. Those of single documents come through as
// PostgreSQL packs them in an integer: six bits a character, the first one lowest, each less '0'.
func mongoCode(code int) int {
	const lastCharacter = 24
	if code < 1<<lastCharacter { // MongoDB's own are lower
		return code
	}
	state := make([]byte, 5)
	for i := range state {
		state[i] = byte(code>>(6*i)&63) + '0'
	}
	if own, ok := documentDBCodes()[string(state)]; ok {
		return own
	}
	return code
}

// documentDBCodes are the errors of DocumentDB that classifyCode and classifyWrite know, as its table of errors has them,
// and PostgreSQL's own.
func documentDBCodes() map[string]int {
	return map[string]int{
		"M0001": 2,     // BadValue
		"M0003": 9,     // FailedToParse
		"M0004": 14,    // TypeMismatch
		"M0005": 15,    // Overflow
		"M0006": 20,    // IllegalOperation
		"M000G": 52,    // DollarPrefixedFieldName
		"M000J": 56,    // EmptyFieldName
		"M000K": 57,    // DottedFieldName
		"M000Q": 73,    // InvalidNamespace
		"M000W": 146,   // ExceededMemoryLimit
		"M001B": 10334, // BSONObjectTooLarge
		"M001C": 11000, // DuplicateKey
		"M001E": 13026, // a geo index
		"M001F": 13027,
		"M001G": 13068,
		"M002B": 16755,
		"M002G": 16804,
		"M002D": 16766, // a hashed index
		"M0036": 17261, // a text index
		"M00CO": 121,   // DocumentValidationFailure
		"M00DO": 16,    // InvalidLength
		"M00FD": 171,   // CannotIndexParallelArrays
		"M00E8": 10107, // NotWritablePrimary
		"M00ER": 13,    // Unauthorized
		"M00EU": 6,     // HostUnreachable
		"M00EW": 24,    // LockTimeout
		"M00EX": 262,   // ExceededTimeLimit
		"M00F0": 91,    // ShutdownInProgress
		"M00F1": 112,   // WriteConflict
		"40001": 112,   // serialization failure
		"40P01": 112,   // deadlock
		"57014": 262,   // query canceled
		"57P01": 91,    // shutdown
	}
}
