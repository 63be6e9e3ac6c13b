// SPDX-License-Identifier: Apache-2.0

// Package library evaluates the expressions of an event map with github.com/expr-lang/expr, whose language they have. It is
// what package internal/expression is held to; where the two may differ, the tests of this module list it.
package library
