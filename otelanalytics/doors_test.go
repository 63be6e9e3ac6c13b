// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/typed"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/typed/typedimpl"
)

// door is a way to track one event.
type door struct {
	name  string
	also  bool // it stores another event in the same call
	track func(ctx context.Context, c *otelanalytics.Client, e otelanalytics.Event, options ...otelanalytics.TrackOption) error
	takes func(e otelanalytics.Event) bool // nil: every event
}

// doors are all of them.
func doors() []door {
	return []door{
		{name: "Track", track: func(ctx context.Context, c *otelanalytics.Client, e otelanalytics.Event, o ...otelanalytics.TrackOption) error {
			return c.Track(ctx, e, o...)
		}},
		{name: "Module.Track", track: func(ctx context.Context, c *otelanalytics.Client, e otelanalytics.Event, o ...otelanalytics.TrackOption) error {
			return c.Module("m").Track(ctx, e, o...)
		}},
		{name: "EventType.Track", takes: declared, track: func(ctx context.Context, c *otelanalytics.Client, e otelanalytics.Event, o ...otelanalytics.TrackOption) error {
			et, err := c.EventType(entryOf(e.Type))
			if err != nil {
				return err
			}
			return et.Track(ctx, withoutType(e), o...)
		}},
		{name: "Module.EventType.Track", takes: declared, track: func(ctx context.Context, c *otelanalytics.Client, e otelanalytics.Event, o ...otelanalytics.TrackOption) error {
			et, err := c.Module("m").EventType(entryOf(e.Type))
			if err != nil {
				return err
			}
			return et.Track(ctx, withoutType(e), o...)
		}},
		{name: "typed code", takes: asTyped, track: func(ctx context.Context, c *otelanalytics.Client, e otelanalytics.Event, o ...otelanalytics.TrackOption) error {
			et, err := c.EventType(entryOf(e.Type))
			if err != nil {
				return err
			}
			fields, _ := e.Data.(map[string]any)
			meta := typed.Meta{Key: e.Key, UserID: e.UserID, SessionID: e.SessionID, Platform: e.Platform, Time: e.Time}
			return typedData(fields).Track(ctx, et, withoutType(e).Type, meta, o...)
		}},
		{name: "TrackBatch of one", track: func(ctx context.Context, c *otelanalytics.Client, e otelanalytics.Event, o ...otelanalytics.TrackOption) error {
			return one(c.TrackBatch(ctx, []otelanalytics.Event{e}, o...))
		}},
		{name: "Module.TrackBatch", track: func(ctx context.Context, c *otelanalytics.Client, e otelanalytics.Event, o ...otelanalytics.TrackOption) error {
			return one(c.Module("m").TrackBatch(ctx, []otelanalytics.Event{e}, o...))
		}},
		{name: "TrackBatch of a typed event", takes: asTyped, track: func(ctx context.Context, c *otelanalytics.Client, e otelanalytics.Event, o ...otelanalytics.TrackOption) error {
			if fields, ok := e.Data.(map[string]any); ok {
				e.Data = appending(fields)
			}
			return one(c.TrackBatch(ctx, []otelanalytics.Event{e}, o...))
		}},
		{name: "TrackBatch among others", also: true, track: func(ctx context.Context, c *otelanalytics.Client, e otelanalytics.Event, o ...otelanalytics.TrackOption) error {
			return one(c.TrackBatch(ctx, []otelanalytics.Event{e, {Type: "page_viewed"}, {Type: "page_viewed", Key: "another"}}, o...))
		}},
	}
}

// one returns the error of the first event of a batch, and any other error as it is.
func one(err error) error {
	var batch *otelanalytics.BatchError
	if errors.As(err, &batch) && batch.Errors[0].Index == 0 {
		return batch.Errors[0].Err
	}
	return err
}

// declared reports that the map has an entry for the event.
func declared(e otelanalytics.Event) bool {
	return e.Type == "user_logged_in" || e.Type == "request" || e.Type == "page_viewed" || strings.HasPrefix(e.Type, "order.")
}

// entryOf returns the name of the map's entry for an event type, which generated code has.
func entryOf(eventType string) string {
	if strings.HasPrefix(eventType, "order.") {
		return "order.*"
	}
	return eventType
}

// withoutType returns an event without the type that the map says; for a pattern the event says it.
func withoutType(e otelanalytics.Event) otelanalytics.Event {
	if entryOf(e.Type) == e.Type {
		e.Type = ""
	}
	return e
}

// typedData returns fields as generated code hands them over.
func typedData(fields map[string]any) *typedimpl.Data {
	d := typedimpl.Begin()
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		d.Any(name, fields[name])
	}
	return d
}

// asTyped reports that the data can be those of typed code.
func asTyped(e otelanalytics.Event) bool {
	_, fields := e.Data.(map[string]any)
	return declared(e) && (fields || e.Data == nil)
}

// appending are data as the structs of typed code are.
type appending map[string]any

func (a appending) AppendBSON(dst []byte) ([]byte, error) {
	return typedData(a).AppendTo(dst)
}

// kind is an event that a test tracks: one that is stored, one with store: false, or one of a pattern.
type kind struct {
	eventType, metric string
	data              map[string]any
	stored            bool
}

func (k kind) event(key string) otelanalytics.Event {
	return otelanalytics.Event{Type: k.eventType, Key: key, UserID: "u", Data: k.data}
}

// accepted is the result of an event that was accepted.
func (k kind) accepted() otelanalytics.Result {
	if k.stored {
		return otelanalytics.ResultAccepted
	}
	return otelanalytics.ResultRecorded
}

func kinds() []kind {
	return []kind{
		{"user_logged_in", "user_logins", map[string]any{"auth_method": "email"}, true},
		{"request", "requests", map[string]any{"method": "GET"}, false},
		{"order.placed", "orders", map[string]any{"total": map[string]any{"amount": 12.5}}, true},
	}
}

// everyDoor runs a test with each kind of event through each door.
func everyDoor(t *testing.T, test func(t *testing.T, d door, k kind)) {
	t.Helper()
	for _, d := range doors() {
		for _, k := range kinds() {
			t.Run(d.name+", "+k.eventType, func(t *testing.T) { test(t, d, k) })
		}
	}
}
