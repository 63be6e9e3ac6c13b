// SPDX-License-Identifier: Apache-2.0

// Package eventdoc owns the shape of the document that an event is stored as: the names of its fields, how it is
// appended, how it is parsed, and the keys of its indexes. A new field is added here and where it is read.
//
//	_id          UUID: version 7, or version 5 of scope, event type and key
//	key          text, absent when empty: the idempotency key
//	user_id      text, "" for an anonymous user
//	event_type   text
//	session_id   text, absent when empty
//	platform     text, absent when empty
//	module       text, absent when empty
//	anonymous_id text, absent when empty: who did it before a sign-in, such as a browser
//	group_id     text, absent when empty: the account or team that the user acts for
//	event_data   document, after redaction; its fields have the names of [StoredName]
//	timestamp    date: when the event happened
//	received_at  date: when the SDK accepted it
//	trace_id     text, 32 hexadecimal digits, absent without a span
//	span_id      text, 16 hexadecimal digits, absent without a span
//	service      document: name, version, instance_id, each absent when empty
//	map_version  text: the hash of the event map
//	v            32-bit integer: the version of this shape, absent in documents from before there was one
//	metrics      false when the event was accepted with metrics off, absent otherwise
//	untrusted    true when anybody may have sent the event, as with a public key; absent otherwise
//	sample_rate  double between 0 and 1: the part of such events that was stored; absent when all were
//
// # Names of fields
//
// Callers name the fields of event_data as they like, and not every engine stores a name with a dot or a leading dollar sign.
// [AppendStored] writes such names percent-encoded, behind everything that reads names: hooks, checks, redaction and metrics see those
// of the caller. [Parse] and [ParseRecorded] undo it, so that readers see them, too. What reads event_data without these two, such as
// a filter that a server evaluates, uses [StoredPath], [PlainData] and [PlainDocument].
//
// # Versions
//
// [Version] grows when a reader of the version before would misread a document; a field that such a reader can ignore
// does not change it. [Parse] refuses a version that it does not know. In all versions, _id, user_id, event_type,
// timestamp and received_at keep their names, types and meanings, because indexes and filters are built on them.
package eventdoc
