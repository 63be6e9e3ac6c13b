// SPDX-License-Identifier: Apache-2.0

// Package faultfs is a file system in memory for tests of the journal. It can
// fail any operation, tear a write, run out of space, stop at any operation as
// if the process had died, and compute what a loss of power leaves.
//
// It remembers, for each file and directory, what is durable and what happened
// since: a write is durable when the file's Sync returned, a name when the
// SyncDir of its directory did. Everything else may survive a loss of power or
// not.
package faultfs
