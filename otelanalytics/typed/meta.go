// SPDX-License-Identifier: Apache-2.0

package typed

import (
	"time"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// Meta is what an event has besides its type and its data; all of it is optional. The fields are those of
// [otelanalytics.Event]: user, session and platform come from the context where they are empty.
type Meta struct {
	Key                         string
	UserID, SessionID, Platform string
	Time                        time.Time
}

// Event returns the event of a type with data.
func (m Meta) Event(eventType string, data any) otelanalytics.Event {
	return otelanalytics.Event{
		Key: m.Key, Type: eventType, UserID: m.UserID, SessionID: m.SessionID, Platform: m.Platform, Time: m.Time, Data: data,
	}
}
