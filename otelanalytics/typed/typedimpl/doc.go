// SPDX-License-Identifier: Apache-2.0

// Package typedimpl is what code that "otelanalytics generate go" writes calls. Only generated code imports it: a program
// uses the generated package and package typed.
//
// Its functions and types change with the generator. [EnforceVersion] keeps the two together: generated code of a version
// that this release does not support does not compile.
package typedimpl
