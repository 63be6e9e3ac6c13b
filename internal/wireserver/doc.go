// SPDX-License-Identifier: Apache-2.0

// Package wireserver is a MongoDB server that a test scripts: it speaks
// MongoDB's wire protocol, keeps documents in memory by _id, and lets a script
// answer a command in its place, break the connection, or do something
// between a command and its answer.
//
//	server := wireserver.Start(t)
//	server.Script(func(c wireserver.Command) wireserver.Action {
//		if c.Name == "insert" {
//			return wireserver.Answer(wireserver.Failure(10107, "NotWritablePrimary"))
//		}
//		return wireserver.Proceed
//	})
//
// It knows what a writer of documents needs: hello, ping, insert, find by _id,
// createIndexes. It claims to be the primary of a replica set, so that drivers
// treat its answers as they treat those of a real one.
package wireserver
