// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import "github.com/otelanalytics/otelanalytics-go/otelanalytics/internal/typedcode"

// ForGeneratedCode is for package typedimpl, which calls it for generated code: no other module can make the argument
// events. It returns an event type for each name, in their order, and a description of the client. An event type that
// the map does not declare tracks as [Client.Track] does.
func ForGeneratedCode(to Tracker, events typedcode.Events) ([]*EventType, typedcode.Client) {
	c, m := to.parts()
	about := typedcode.Client{MapVersion: c.eventMap.Hash(), Strict: c.strict, Disabled: c.disabled, Logger: c.warnerOf(m).logger}
	types := make([]*EventType, len(events.Names))
	for i, name := range events.Names {
		t, ok := c.entries[name]
		if !ok {
			t = c.unknown
			about.Undeclared = append(about.Undeclared, name)
		}
		types[i] = c.newEventType(m, t, name)
	}
	return types, about
}
