// SPDX-License-Identifier: Apache-2.0

// Package validator makes MongoDB's collection validator from an event map: what a stored event must look like, checked by the
// server for whoever writes to the collection.
//
//	v, err := validator.New(m) // of the service's *eventmap.Map
//	...
//	store, err := mongostore.Open(ctx, mongostore.Config{URI: "mongodb://127.0.0.1:27017", Validator: v})
//
// The validator is a $jsonSchema (https://www.mongodb.com/docs/manual/reference/operator/query/jsonSchema/, the subset of draft 4
// that MongoDB has). It has one branch for each event type whose on_violation is quarantine or reject. Documents of all other types
// pass. A branch describes the document after redaction: a field that is dropped is not there, one that is hashed is 64 hexadecimal
// digits.
//
// Without options, MongoDB logs a document that does not pass, and stores it. It checks what is inserted, and updates of documents
// that passed before.
//
// # Limits
//
// [Validator.Unexpressed] lists the rules of a map that the validator does not have. These differences hold for every map:
//
//   - A key with dots is a field of one name for the server, user%2Eplan. Where such a key begins as an object of which something is required,
//     that object is not checked. An object that is required is missing where its sender wrote nothing of it but such keys, all of
//     them redacted.
//   - A double has 15 digits where the server looks for a fraction: 1e15 + 0.5 is an int.
//   - A value of BSON's deprecated type undefined is not a missing one.
//   - Of several fields of one name, the first is checked.
//   - The client redacts a field of a Go struct by its name in Go and by all of its tags, too. The validator knows only its name in the
//     document. An event that lost a required field that way does not pass: redact by the name in the document.
//
// The server's log quotes the documents that do not pass, with their values.
package validator
