// SPDX-License-Identifier: Apache-2.0

// Package eventdoc owns the shape of the document in which an event is stored: the names of its fields and the keys of its
// indexes. It appends and parses such documents. A new field is added here, and in the code that reads it.
//
//	_id          UUID: version 7, or version 5 of scope, event type and key
//	key          text, absent when empty: the idempotency key
//	user_id      text, "" for an anonymous user
//	event_type   text
//	session_id   text, absent when empty
//	platform     text, absent when empty
//	module       text, absent when empty
//	anonymous_id text, absent when empty: the identity before a sign-in, such as a browser's
//	group_id     text, absent when empty: the account or team that the user acts for
//	event_data   document, after redaction; its fields have the names of [StoredName]
//	timestamp    date: when the event happened
//	received_at  date: when the SDK accepted it
//	trace_id     text, 32 hexadecimal digits, absent without a span
//	span_id      text, 16 hexadecimal digits, absent without a span
//	service      document: name, version, instance_id, each absent when empty
//	map_version  text: the hash of the event map
//	v            32-bit integer: the version of this shape, absent in documents older than the field
//	metrics      false when the event was accepted with metrics off, absent otherwise
//	untrusted    true when anybody may have sent the event, as with a public key; absent otherwise
//	sample_rate  double between 0 and 1: the part of such events that was stored; absent when all were
//
// # Names of fields
//
// Callers choose the names of the fields of event_data. Not every engine stores a name with a dot or a leading dollar sign.
// [AppendStored] therefore writes such names percent-encoded. It runs after hooks, checks, redaction and metrics, so these see
// the caller's names.
//
// [Parse] and [ParseRecorded] decode the names, so readers see the caller's names, too. Code that reads event_data without these
// two uses [StoredPath], [PlainData] and [PlainDocument]. A filter that a server evaluates is an example.
//
// # Versions
//
// [Version] grows when a reader of the previous version would misread a document. A field that such a reader can ignore
// does not change it. [Parse] refuses a version that it does not know.
//
// In all versions, _id, user_id, event_type, timestamp and received_at keep their names, types and meanings, because indexes and
// filters are built on them.
package eventdoc
