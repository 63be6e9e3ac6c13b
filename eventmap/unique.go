// SPDX-License-Identifier: Apache-2.0

package eventmap

import "time"

// What [Counted].Of can be beside the path of a data field.
const (
	OfUser    = "$user"    // the event's user
	OfSession = "$session" // the event's session
)

// Counted says what a metric of the instrument [Unique] counts: how many different values there are in each window of time.
type Counted struct {
	// Of is OfUser, OfSession, or the path of a data field as the map writes it. An empty value, and one that is no text, integer or
	// bool, does not count.
	Of      string
	Path    Path     // of the data field; nil for users and sessions
	Windows []Window // the shortest one first; at least one, and of different lengths
	// WindowAttribute is the attribute that has the name of the window. It is the last one of Metric.Attributes, with the windows
	// for values, and every record has it from [FromWindow].
	WindowAttribute string
}

// Window is a time that a reading looks back.
type Window struct {
	Name   string
	Length time.Duration // whole hours, from an hour to 400 days
}
