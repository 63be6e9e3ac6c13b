// SPDX-License-Identifier: Apache-2.0

// Package typedimpl holds the functions that code of "otelanalytics generate go" calls. Only generated code imports it:
// a program uses the generated package and package typed.
//
// Its functions and types change with the generator. [EnforceVersion] ties the two together: generated code does not
// compile if this release does not support its version.
package typedimpl
