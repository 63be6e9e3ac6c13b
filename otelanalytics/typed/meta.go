// SPDX-License-Identifier: Apache-2.0

package typed

import "time"

// Meta holds the properties of an event besides its type and its data. All of them are optional. The fields are the
// same as in otelanalytics.Event. If the user, the session or the platform is empty, it is read from the context.
type Meta struct {
	// Key is an idempotency key. Two events of one type with the same key are one event. The key applies to each
	// user of each service separately, unless the event map has another key_scope.
	Key                         string
	UserID, SessionID, Platform string
	AnonymousID, GroupID        string
	Time                        time.Time
}
