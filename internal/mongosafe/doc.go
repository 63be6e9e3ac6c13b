// SPDX-License-Identifier: Apache-2.0

// Package mongosafe connects to MongoDB and keeps secrets out of errors. Its errors contain neither the confidential parts of a
// connection string nor parts of documents.
package mongosafe
