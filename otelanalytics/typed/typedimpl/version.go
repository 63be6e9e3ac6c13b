// SPDX-License-Identifier: Apache-2.0

package typedimpl

// The versions of generated code that this release supports. A release that changes what generated code relies on
// raises MaxVersion; one that drops what older code relies on raises MinVersion.
const (
	MinVersion = 1
	MaxVersion = 1
)

// EnforceVersion holds generated code and the SDK together, as protobuf's type of the same name does. Code of version V
// has the lines
//
//	_ = typedimpl.EnforceVersion(V - typedimpl.MinVersion)
//	_ = typedimpl.EnforceVersion(typedimpl.MaxVersion - V)
//
// in which one of the constants is negative, and does not compile, when the SDK does not support V. Where the first line
// fails, the code is too old: generate it again. Where the second fails, the SDK is: update it.
type EnforceVersion uint
