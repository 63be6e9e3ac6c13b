// SPDX-License-Identifier: Apache-2.0

// Package bsondoc builds BSON documents by appending to a byte slice. The common Go types are encoded
// without reflection; the others go through the driver's registry. What it writes is what bson.Marshal
// of the MongoDB driver writes, except that text which is not valid UTF-8 is mended, since a BSON string
// (https://bsonspec.org) is UTF-8.
//
// The driver's own x/bsonx/bsoncore does the same for single elements; it is not used, because packages
// below x/ may change in any release and the SDK would then break its users' builds.
package bsondoc
