// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/otelanalytics/otelanalytics-go/instruments"
)

// unknownName is the event_type under which events are counted that the map does not know.
const unknownName = "other"

// EventType is one event type of the map, resolved once, for calls that save the look-up. It is safe for
// concurrent use.
type EventType struct {
	client   *Client
	name     string                 // the map's entry, or unknownName
	recorder *instruments.EventType // nil for unknownName
	fields   fieldTree
	stored   bool

	accepted, duplicate atomic.Int64
	rejected            [rejectionCount]atomic.Int64
}

func newEventType(c *Client, name string, recorder *instruments.EventType) *EventType {
	t := &EventType{client: c, name: name, recorder: recorder, stored: c.store != nil}
	if recorder != nil {
		t.fields = newFieldTree(recorder.Fields())
		t.stored = t.stored && recorder.Event().Store
	}
	return t
}

// EventType returns the event type that the map declares for name: by that name, or by the longest pattern
// that matches it. An event type that the map does not know is ErrUnknownEvent; Track would store it.
func (c *Client) EventType(name string) (*EventType, error) {
	if t := c.resolve(name); t != c.unknown {
		return t, nil
	}
	return nil, fmt.Errorf("%w: %q is not in the event map", ErrUnknownEvent, shortened(name))
}

func (c *Client) resolve(name string) *EventType {
	if e, ok := c.eventMap.Match(name); ok {
		return c.events[e.Name]
	}
	return c.unknown
}

// Track is [Client.Track] for an event of this type. An empty e.Type is the name that the map declares; for
// a pattern it must be given.
func (t *EventType) Track(ctx context.Context, e Event, options ...TrackOption) error {
	switch {
	case e.Type == "" && !t.recorder.Event().IsPattern():
		e.Type = t.name
	case e.Type != t.name && e.Type != "" && t.client.resolve(e.Type) != t:
		return t.reject(&InvalidEventError{EventType: e.Type, Field: "event_type", Problem: fmt.Sprintf("is not of the event type %q that tracks it", t.name)})
	}
	return t.client.trackAs(ctx, t, &e, options)
}

// Record is [Client.Record] for this type.
func (t *EventType) Record(ctx context.Context, data any) error {
	return t.client.recordAs(ctx, t, t.name, data)
}
