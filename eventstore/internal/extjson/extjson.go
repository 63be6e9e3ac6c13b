// SPDX-License-Identifier: Apache-2.0

// Package extjson writes BSON documents as canonical Extended JSON and reads them, for the quarantine file, which people
// read. It is the one place where the durable queue needs the driver's package bson: a codec, without the driver itself.
package extjson

import (
	"bytes"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Encode returns the text of a document. exact is false when reading the text gives other bytes: Extended JSON takes fields
// such as {"$date": …} for values. The error is that of bytes that are no document.
func Encode(doc []byte) (text []byte, exact bool, err error) {
	text, err = bson.MarshalExtJSON(bson.Raw(doc), true, false)
	if err != nil {
		return nil, false, err
	}
	same, ok := Decode(text)
	return text, ok && bytes.Equal(same, doc), nil
}

// Decode returns the document of a text, if there is a whole one.
func Decode(text []byte) (doc []byte, ok bool) {
	var raw bson.Raw
	ok = len(text) > 0 && bson.UnmarshalExtJSON(text, true, &raw) == nil
	return raw, ok
}

// Valid reports whether doc is one whole document.
func Valid(doc []byte) bool { return bson.Raw(doc).Validate() == nil }

// primaryKey is the field that identifies a document, by MongoDB's rules: it is all that the queue knows of a document.
const primaryKey = "_id"

// ID returns the bytes of the document's _id, when that is binary, as those of events are.
func ID(doc []byte) (id []byte, ok bool) {
	_, id, ok = bson.Raw(doc).Lookup(primaryKey).BinaryOK()
	return id, ok
}
