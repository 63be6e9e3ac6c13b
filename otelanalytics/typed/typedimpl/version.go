// SPDX-License-Identifier: Apache-2.0

package typedimpl

// Versions of generated code that this release supports. A release that changes functions for newly generated code
// raises MaxVersion. A release that removes functions for older code raises MinVersion.
const (
	MinVersion = 1
	MaxVersion = 1
)

// EnforceVersion ties generated code to the SDK, as protobuf's type of the same name does. Code of version V has the
// lines
//
//	_ = typedimpl.EnforceVersion(V - typedimpl.MinVersion)
//	_ = typedimpl.EnforceVersion(typedimpl.MaxVersion - V)
//
// If the SDK does not support V, one of the constants is negative, and the code does not compile. If the first line
// fails, the code is too old: generate it again. If the second line fails, the SDK is too old: update it.
type EnforceVersion uint
