// SPDX-License-Identifier: Apache-2.0

package typedimpl

import (
	"context"
	"errors"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/internal/typedcode"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/typed"
)

// errZero: a program made a tracker by itself.
var errZero = errors.New("typedimpl: this tracker is zero: use the ones that New of the generated package returns")

// Track tracks the event as [otelanalytics.EventType.Track] does. eventType is empty for an event whose name the map
// declares. For an event of a pattern, it is the whole name.
func (d *Data) Track(ctx context.Context, t *otelanalytics.EventType, eventType string, m typed.Meta, options ...otelanalytics.TrackOption) error {
	if t == nil {
		return errZero
	}
	err := t.Track(ctx, Event(eventType, m, &d.b), options...)
	d.release()
	return err
}

// Record records the data as [otelanalytics.EventType.Record] does.
func (d *Data) Record(ctx context.Context, t *otelanalytics.EventType) error {
	if t == nil {
		return errZero
	}
	err := t.Record(ctx, &d.b)
	d.release()
	return err
}

// RecordPattern records the data of an event that a pattern matches. eventType is the event's whole name.
func (d *Data) RecordPattern(ctx context.Context, t *otelanalytics.EventType, eventType string) error {
	if t == nil {
		return errZero
	}
	err := otelanalytics.RecordForGeneratedCode(ctx, t, typedcode.Recorded{Name: eventType, Data: &d.b})
	d.release()
	return err
}

// Event returns an event of a type with metadata and data.
func Event(eventType string, m typed.Meta, data any) otelanalytics.Event {
	return otelanalytics.Event{
		Key: m.Key, Type: eventType, UserID: m.UserID, SessionID: m.SessionID, Platform: m.Platform,
		AnonymousID: m.AnonymousID, GroupID: m.GroupID, Time: m.Time, Data: data,
	}
}
