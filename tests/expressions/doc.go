// SPDX-License-Identifier: Apache-2.0

// Package expressions holds the evaluator of package internal/expression to the library whose language it has: both get the
// same expressions and values, from a table, from a generator and from the fuzzer.
package expressions
