// SPDX-License-Identifier: Apache-2.0

// Package expression compiles and evaluates the conditions and formulas of an event map, in the language of
// expr-lang.org without what would make the cost of an evaluation grow with what somebody sends.
//
// Package eventmap compiles them when it loads a map, and package instruments evaluates them for each event. An
// eventmap.Expression is a [Program] whose methods its users do not see: convert one to the other.
package expression
