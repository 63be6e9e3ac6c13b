// SPDX-License-Identifier: Apache-2.0

// Package exampletest runs the examples as a user does, as processes, and
// reads what they print.
package exampletest
