// SPDX-License-Identifier: Apache-2.0

// Package safelog logs through a handler of the application without being ended by its panics.
package safelog
