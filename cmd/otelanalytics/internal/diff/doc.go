// SPDX-License-Identifier: Apache-2.0

// Package diff holds the command that says what a change of an event map breaks.
package diff
