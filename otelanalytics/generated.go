// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"context"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics/internal/typedcode"
)

// ForGeneratedCode is for package typedimpl, which calls it for generated code. No other module can make the argument
// events. It returns an event type for each name, in the same order, and a description of the client. An event type
// that the map does not declare tracks as [Client.Track] does.
func ForGeneratedCode(to Tracker, events typedcode.Events) ([]*EventType, typedcode.Client) {
	c, m := to.parts()
	about := typedcode.Client{MapVersion: c.eventMap.Hash(), Strict: c.strict, Disabled: c.disabled, Logger: c.warnerOf(m).logger}
	types := make([]*EventType, len(events.Names))
	for i, name := range events.Names {
		t, ok := c.declared(name)
		if !ok {
			t = c.unknown
			about.Undeclared = append(about.Undeclared, name)
		}
		types[i] = c.newEventType(m, t, name)
	}
	return types, about
}

// RecordForGeneratedCode is for package typedimpl, as [ForGeneratedCode] is. It records as [EventType.Record] does, for
// an event of t whose whole name is given. A pattern needs this. If the name is not of t, the error is an
// [InvalidEventError].
func RecordForGeneratedCode(ctx context.Context, t *EventType, e typedcode.Recorded) error {
	return t.recordNamed(ctx, e.Name, e.Data)
}
