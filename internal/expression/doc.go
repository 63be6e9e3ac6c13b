// SPDX-License-Identifier: Apache-2.0

// Package expression compiles and evaluates the conditions and formulas of an event map. The language is a subset of
// github.com/expr-lang/expr. It has no construct whose cost grows with the data that a caller sends.
//
//	source ── lexer ──▶ tokens ── parser ──▶ tree ── checker ──▶ tree with types, constants folded ── eval ──▶ value
//
// The checker refuses expressions that can never have a result. An evaluation walks the tree. It allocates memory only for
// strings that it makes. It fails when a value does not fit, when an int is out of range, and when the right side of % is zero.
//
// Package eventmap compiles the expressions when it loads a map. Package instruments evaluates them for each event. An
// eventmap.Expression is a [Program] without visible methods: convert one to the other.
package expression
