// SPDX-License-Identifier: Apache-2.0

// Package refusals reads and writes golden files of input that a loader refuses, with all that it says about it. Only
// tests use it.
package refusals
