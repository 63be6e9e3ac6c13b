// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import "time"

// Event is one thing that happened.
type Event struct {
	// Key is an idempotency key, optional, such as the number of an order or the id of a message. Two events of one Type with
	// the same Key, in the scope that the event map sets (key_scope), are one event. The scope is the service (service.name of
	// the client's resource) and the user (UserID, or that of the context, after the before-track hook), unless the map says
	// otherwise. All anonymous users are one user.
	//
	// The second event with a Key is a duplicate: Track returns nil, and nothing is stored or recorded, whatever its data are.
	// That holds for the latest keys that this client accepted ([WithKeyWindow]). A key that the client does not remember, or
	// that another instance accepted, is recorded again; MongoDB keeps the first document, and the second event counts as
	// deduplicated. The Key of an event that was refused, or quarantined, is free again.
	//
	// The document's _id is a version 5 UUID of the scope, the type and the Key. docs/event-map.md has its form. Without a Key it
	// is a random version 7 UUID, and each call is an event of its own.
	Key string
	// Type names what happened, as the event map declares it. Required.
	Type string
	// UserID, SessionID and Platform say who did it and where. Empty ones are taken from the context
	// (package eventctx); an empty UserID there too is an anonymous user.
	UserID, SessionID, Platform string
	// AnonymousID names who did it before a sign-in, such as the id that a browser keeps. GroupID names the account or team that
	// the user acts for. Both are optional, in the document only, and no part of the scope of a Key.
	AnonymousID, GroupID string
	// Time is when it happened, kept in milliseconds; the zero time is now. One outside the years 1 to 9999 (UTC) is refused
	// with an [InvalidEventError] that names the field timestamp.
	Time time.Time
	// Data is the payload: a map[string]any, or a bson.D where the order matters; a struct with bson or json
	// tags or a bson.Raw will do as well, and so will a value with the method AppendBSON([]byte) ([]byte, error),
	// which appends itself as one BSON document: the way without reflection and allocations. Nil is an empty
	// document. Data is not kept after the call.
	//
	// Values are encoded as the MongoDB driver does with UseJSONStructTags: an int in 32 bits when it fits, an
	// int64 in 64, a time.Time as a date in milliseconds, a json.Number as int64 when it is one and as
	// double otherwise. Values that the driver would write as an empty document are text instead (errors,
	// netip.Addr, *big.Int and others with MarshalText, MarshalJSON or String), or refused. A json.RawMessage is
	// what it holds, a UUID has its subtype, a URL has no password. Text that is not UTF-8 gets U+FFFD in its place.
	Data any
}
