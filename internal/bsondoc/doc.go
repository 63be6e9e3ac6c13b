// SPDX-License-Identifier: Apache-2.0

// Package bsondoc builds BSON documents by appending to a byte slice. The common Go types are encoded
// without reflection; for the others there is a plan for each type, made once. What it writes is what the
// Encoder of the MongoDB driver writes with UseJSONStructTags, except for values that the driver would lose
// or should not write: docs/go-values.md lists them. A BSON string (https://bsonspec.org) is UTF-8: other
// bytes are replaced.
//
// The driver's own x/bsonx/bsoncore does the same for single elements; it is not used, because packages
// below x/ may change in any release and the SDK would then break its users' builds.
package bsondoc
