// SPDX-License-Identifier: Apache-2.0

// Package expression compiles and evaluates the conditions and formulas of an event map. Their language is a part of the one
// that github.com/expr-lang/expr has: what would make the cost of an evaluation grow with what somebody sends is left out.
//
//	source ── lexer ──▶ tokens ── parser ──▶ tree ── checker ──▶ tree with types, constants folded ── eval ──▶ value
//
// The checker refuses what can never have a result. An evaluation walks the tree: it needs no memory, except for strings that
// it makes, and fails where a value does not fit, where an int is out of range and where there is no remainder.
//
// Package eventmap compiles the expressions when it loads a map, and package instruments evaluates them for each event. An
// eventmap.Expression is a [Program] whose methods its users do not see: convert one to the other.
package expression
