// SPDX-License-Identifier: Apache-2.0

// Package faultfs is a file system in memory for tests of the journal. It can fail any operation, tear a write, and run out of
// space. It can stop at any operation as if the process had died, and compute the files that remain after a loss of power.
//
// For each file and directory it remembers the durable state and the operations since. A write is durable when the file's Sync
// returned. A name is durable when the SyncDir of its directory returned. Everything else may or may not survive a loss of power.
package faultfs
