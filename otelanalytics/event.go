// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import "time"

// Event is one thing that happened.
type Event struct {
	// Key is an optional idempotency key, such as the number of an order or the id of a message. Two events of one Type
	// with the same Key in the same scope are one event.
	//
	// The event map sets the scope (key_scope). By default it is the service and the user. The service is service.name
	// of the client's resource. The user is UserID, or else the user of the context, after the before-track hook. All
	// anonymous users are one user.
	//
	// The second event with a Key is a duplicate: Track returns nil, and nothing is stored or recorded, whatever its
	// data. This holds for the latest keys that this client accepted ([WithKeyWindow]).
	//
	// If the client does not remember the key, or another instance accepted it, the event is recorded again. MongoDB
	// keeps the first document, and the second event counts as deduplicated. The Key of a refused or quarantined event
	// is free again.
	//
	// The document's _id is a version 5 UUID of the scope, the type and the Key. docs/event-map.md describes its form.
	// Without a Key, the _id is a random version 7 UUID, and each call makes a new event.
	Key string
	// Type is the name of the event, as the event map declares it. It is required.
	Type string
	// UserID, SessionID and Platform identify who acted and where. Empty ones are taken from the context (package
	// eventctx). If the context has no UserID either, the user is anonymous.
	UserID, SessionID, Platform string
	// AnonymousID identifies the user before a sign-in, such as an id that a browser keeps. GroupID identifies the
	// account or team that the user acts for. Both are optional, and stored in the document only. Neither is a part of
	// the scope of a Key.
	AnonymousID, GroupID string
	// Time is when the event happened, stored in milliseconds. The zero time means now. A time outside the years 1 to
	// 9999 (UTC) is refused with an [InvalidEventError] for the field timestamp.
	Time time.Time
	// Data is the payload. Nil means an empty document. Data is not kept after the call. It is one of these:
	//
	//   - a map[string]any;
	//   - a bson.D, where the order of fields matters;
	//   - a struct with bson or json tags;
	//   - a bson.Raw;
	//   - a value with the method AppendBSON([]byte) ([]byte, error), which appends the value as one BSON document.
	//     This way needs no reflection and no allocation.
	//
	// Values are encoded as the MongoDB driver encodes them with UseJSONStructTags. An int takes 32 bits if it fits,
	// and an int64 takes 64. A time.Time is a date in milliseconds. A json.Number is an int64 if possible, and a double
	// otherwise.
	//
	// The driver would write some values as an empty document. Of these, values with MarshalText, MarshalJSON or
	// String, such as errors, netip.Addr and *big.Int, are written as text. Others are refused. A json.RawMessage is
	// written as the value that it holds. A UUID has its subtype, and a URL has no password. In text that is not
	// UTF-8, U+FFFD replaces the invalid bytes.
	Data any
}
