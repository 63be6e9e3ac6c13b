// SPDX-License-Identifier: Apache-2.0

// Package bsondoc builds BSON documents by appending to a byte slice.
//
// It encodes the common Go types without reflection. For each other type it makes a plan once, and follows that plan.
//
// The output equals the output of the MongoDB driver's Encoder with UseJSONStructTags. It differs for values that the driver
// would lose or should not write: docs/go-values.md lists them. A BSON string (https://bsonspec.org) is UTF-8: bytes that are not
// UTF-8 are replaced.
//
// The driver's own x/bsonx/bsoncore does the same for single elements. It is not used here: packages below x/ may change in any
// release, and such a change would break the builds of the SDK's users.
package bsondoc
