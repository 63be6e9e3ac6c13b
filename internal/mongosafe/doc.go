// SPDX-License-Identifier: Apache-2.0

// Package mongosafe connects to MongoDB without giving away what is confidential: its errors hold neither what a
// connection string says in confidence nor parts of documents.
package mongosafe
