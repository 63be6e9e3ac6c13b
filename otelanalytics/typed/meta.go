// SPDX-License-Identifier: Apache-2.0

package typed

import "time"

// Meta is what an event has besides its type and its data; all of it is optional. The fields are those of
// otelanalytics.Event: user, session and platform come from the context where they are empty.
type Meta struct {
	// Key is an idempotency key: two events of one type with it are one event, for each user of each service unless the event
	// map has another key_scope.
	Key                         string
	UserID, SessionID, Platform string
	AnonymousID, GroupID        string
	Time                        time.Time
}
