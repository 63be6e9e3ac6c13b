// SPDX-License-Identifier: Apache-2.0

package eventmap

import "time"

// Values of [Counted].Of beside the path of a data field.
const (
	OfUser    = "$user"    // the event's user
	OfSession = "$session" // the event's session
)

// Counted describes the different values that a metric of the instrument [Unique] counts in each window of time.
type Counted struct {
	// Of is OfUser, OfSession, or the path of a data field as the map has it. A non-empty text, an integer and a bool
	// count. Any other value does not.
	Of      string
	Path    Path     // of the data field; nil for users and sessions
	Windows []Window // the shortest one first; at least one, and of different lengths
	// WindowAttribute is the attribute that has the name of the window. It is the last one of Metric.Attributes, and
	// its values are the windows. Every record fills it from [FromWindow].
	WindowAttribute string
}

// Window is a length of time up to the present.
type Window struct {
	Name   string
	Length time.Duration // whole hours, from an hour to 400 days
}
