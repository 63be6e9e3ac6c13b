// SPDX-License-Identifier: Apache-2.0

// Package wireserver is a MongoDB server that a test scripts. It speaks MongoDB's wire protocol and keeps documents in memory
// by _id. A script can answer a command in place of the server, break the connection, or act between a command and its answer.
//
//	server := wireserver.Start(t)
//	server.Script(func(c wireserver.Command) wireserver.Action {
//		if c.Name == "insert" {
//			return wireserver.Answer(wireserver.Failure(10107, "NotWritablePrimary"))
//		}
//		return wireserver.Proceed
//	})
//
// It knows the commands that a writer of documents needs: hello, ping, insert, find by _id, createIndexes. It claims to be the
// primary of a replica set, so that drivers treat its answers like answers of a real primary.
package wireserver
