// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"context"
	"fmt"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// EventType is one event type of the map, resolved once, for calls without the look-up. It is safe for concurrent use.
type EventType struct {
	client *Client
	module *Module // nil: none
	entry  *entry
	name   string // of events that do not say their type; empty for a pattern
}

// EventType returns the event type that the map declares for name. It looks for an entry with that name, then for one
// that had the name before (renamed_from), then for the longest pattern that matches. For a name that the map does not
// declare it returns ErrUnknownEvent, although Track would store such an event.
func (c *Client) EventType(name string) (*EventType, error) { return c.eventType(nil, name) }

func (c *Client) eventType(m *Module, name string) (*EventType, error) {
	t := c.resolve(name)
	if t == c.unknown && !c.disabled {
		return nil, unknownEvent(name)
	}
	return c.newEventType(m, t, name), nil
}

// newEventType returns the event type of an entry; name is what was asked for.
func (c *Client) newEventType(m *Module, t *entry, name string) *EventType {
	et := &EventType{client: c, module: m, entry: t}
	switch {
	case t.recorder == nil && !strings.HasSuffix(name, "*"):
		et.name = name
	case t.recorder != nil && !t.recorder.Event().IsPattern():
		et.name = name // it may be an earlier one
	}
	return et
}

// Name returns the name under which the event map declares the type. For a pattern it is the pattern.
func (t *EventType) Name() string { return t.entry.name }

func unknownEvent(name string) error {
	return fmt.Errorf("%w: %q is not in the event map", ErrUnknownEvent, shortened(name))
}

// resolve finds the map's entry for an event type. A pattern's own name is of the pattern, or of a longer one.
func (c *Client) resolve(name string) *entry {
	if e, ok := c.exact[name]; ok {
		return e
	}
	if e, ok := c.eventMap.Match(name); ok {
		return c.entries[e.Name]
	}
	return c.unknown
}

// declared returns the entry that the map has under a name, which may be a pattern, or one that an event had before.
func (c *Client) declared(name string) (*entry, bool) {
	if e, ok := c.entries[name]; ok {
		return e, true
	}
	e, ok := c.exact[name]
	return e, ok
}

// Track tracks an event of this type as [Client.Track] does. An empty e.Type means the name that the map declares. For
// a pattern, e.Type is required.
func (t *EventType) Track(ctx context.Context, e Event, options ...TrackOption) error {
	entry, err := t.entryOf(&e)
	return t.client.track(ctx, entry, t.module, &e, err, options)
}

// entryOf fills in the type of an event and returns its entry. The error reports that the event is not of this type.
func (t *EventType) entryOf(e *Event) (*entry, error) {
	switch {
	case e.Type == "":
		e.Type = t.name
	case t.entry == t.client.unknown:
		return t.client.resolve(e.Type), nil
	case e.Type != t.name && t.client.resolve(e.Type) != t.entry:
		return t.entry, &InvalidEventError{
			EventType: strings.Clone(e.Type), Field: eventdoc.FieldType, Problem: fmt.Sprintf("is not of the event type %q that tracks it", t.entry.name),
		}
	}
	return t.entry, nil
}

// Record updates metrics as [Client.Record] does, for this type.
func (t *EventType) Record(ctx context.Context, data any) error {
	if t.entry == t.client.unknown && !t.client.disabled {
		return t.client.recordByName(ctx, t.module, t.name, data)
	}
	return t.client.recordEntry(ctx, t.entry, t.module, t.entry.name, data)
}

// recordNamed is Record for an event of this type whose whole name is given.
func (t *EventType) recordNamed(ctx context.Context, name string, data any) error {
	if t.client.disabled {
		return nil
	}
	e := Event{Type: name}
	entry, err := t.entryOf(&e)
	switch {
	case err != nil:
		return err
	case e.Type == "":
		return &InvalidEventError{Field: eventdoc.FieldType, Problem: "is empty; name what happened"}
	case entry == t.client.unknown:
		return t.client.recordByName(ctx, t.module, e.Type, data)
	}
	return t.client.recordEntry(ctx, entry, t.module, e.Type, data)
}
