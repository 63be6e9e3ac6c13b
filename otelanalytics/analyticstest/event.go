// SPDX-License-Identifier: Apache-2.0

package analyticstest

import (
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Event is an event as MongoDB would have got it: after the before-track hook and redaction.
type Event struct {
	Key, Type, UserID, SessionID, Platform, Module string
	// Time is when it happened, in UTC and milliseconds.
	Time time.Time
	// Data is the payload: integers of every size as int, floating-point numbers as float64, dates as
	// time.Time in UTC, documents as map[string]any, arrays as []any; other BSON types as the MongoDB driver
	// has them.
	Data map[string]any
	// Document is the whole document.
	Document bson.Raw
}

// Events returns the stored events of a type in the order in which they were tracked; of all types for "".
// What the map records without storing it is not among them: see [Recorder.Delta]. A type that was not tracked and
// that the map does not declare fails the test.
func (r *Recorder) Events(eventType string) []Event {
	r.t.Helper()
	e, declared := r.eventMap.Match(eventType)
	if declared && !e.Store {
		r.t.Fatalf("analyticstest: the event map says store: false for %q: look at its metrics with Delta", eventType)
	}
	var events []Event
	for _, document := range r.memory.all() {
		e, err := decode(document)
		if err != nil {
			r.t.Fatalf("analyticstest: %v", err)
		}
		if eventType == "" || e.Type == eventType {
			events = append(events, e)
		}
	}
	if len(events) == 0 && !declared && eventType != "" {
		r.t.Fatalf("analyticstest: no event %q was tracked, and the event map does not declare it: is the name right?", eventType)
	}
	return events
}

func decode(document bson.Raw) (Event, error) {
	var d struct {
		Key       string    `bson:"key"`
		Type      string    `bson:"event_type"`
		UserID    string    `bson:"user_id"`
		SessionID string    `bson:"session_id"`
		Platform  string    `bson:"platform"`
		Module    string    `bson:"module"`
		Time      time.Time `bson:"timestamp"`
		Data      bson.D    `bson:"event_data"`
	}
	if err := bson.Unmarshal(document, &d); err != nil {
		return Event{}, err
	}
	return Event{
		Key: d.Key, Type: d.Type, UserID: d.UserID, SessionID: d.SessionID, Platform: d.Platform, Module: d.Module,
		Time: d.Time.UTC(), Data: plain(d.Data).(map[string]any), Document: document,
	}, nil
}

// plain turns what the driver decodes into the types that a test compares with.
func plain(v any) any {
	switch v := v.(type) {
	case bson.D:
		m := make(map[string]any, len(v))
		for _, e := range v {
			if _, ok := m[e.Key]; !ok { // the first of several fields of a name counts, as for MongoDB
				m[e.Key] = plain(e.Value)
			}
		}
		return m
	case bson.A:
		a := make([]any, len(v))
		for i := range v {
			a[i] = plain(v[i])
		}
		return a
	case int32:
		return int(v)
	case int64:
		return int(v)
	case bson.DateTime:
		return v.Time().UTC()
	default:
		return v
	}
}
