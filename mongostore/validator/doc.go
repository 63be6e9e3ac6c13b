// SPDX-License-Identifier: Apache-2.0

// Package validator makes MongoDB's collection validator from an event map. The server then checks the shape of stored events,
// whichever program writes to the collection.
//
//	v, err := validator.New(m) // of the service's *eventmap.Map
//	...
//	store, err := mongostore.Open(ctx, mongostore.Config{URI: "mongodb://127.0.0.1:27017", Validator: v})
//
// The validator is a $jsonSchema (https://www.mongodb.com/docs/manual/reference/operator/query/jsonSchema/, MongoDB's subset of
// draft 4). It has one branch for each event type whose on_violation is quarantine or reject. Documents of all other types
// pass. A branch describes the document after redaction: a dropped field is absent, and a hashed field is 64 hexadecimal
// digits.
//
// Without options, MongoDB logs a document that does not pass, and stores it. It checks inserted documents, and updates of documents
// that passed before.
//
// # Limits
//
// [Validator.Unexpressed] lists the rules of a map that the validator does not have. These differences hold for every map:
//
//   - For the server, a key with dots is a field with one name, user%2Eplan. When the first part of such a key names an object with
//     required fields, that object is not checked.
//   - A required object is absent when its sender wrote it only as such keys, and all of them are redacted.
//   - The server compares a double with 15 digits when it checks for a fraction: 1e15 + 0.5 counts as an int.
//   - A value of BSON's deprecated type undefined does not count as missing.
//   - When several fields have the same name, the first is checked.
//   - The client redacts a field of a Go struct by its name in Go and by all of its tags, too. The validator knows only the
//     field's name in the document. An event that lost a required field that way does not pass: redact by the name in the document.
//
// The server's log quotes the documents that do not pass, with their values.
package validator
