// SPDX-License-Identifier: Apache-2.0

package analyticstest

import (
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// Event is an event as MongoDB would have got it: after the before-track hook and redaction.
type Event struct {
	Key, Type, UserID, SessionID, Platform, Module, AnonymousID, GroupID string
	// Time is when it happened, in UTC and milliseconds.
	Time time.Time
	// Data is the payload: integers of every size as int, floating-point numbers as float64, dates as
	// time.Time in UTC, documents as map[string]any, arrays as []any; other BSON types as the MongoDB driver
	// has them. Where an int has 32 bits, an integer that needs more is an int64.
	Data map[string]any
	// WithoutMetrics: metrics were off when it was accepted.
	WithoutMetrics bool
	// Document is the whole document.
	Document bson.Raw
}

// Events returns the stored events of a type in the order in which they were tracked; of all types for "".
// Those that were tracked under a name which the type had before (renamed_from) are among them.
// What the map records without storing it is not among them: see [Recorder.Delta]. A type that was not tracked and
// that the map does not declare fails the test.
func (r *Recorder) Events(eventType string) []Event {
	r.t.Helper()
	e, declared := r.eventMap.Match(eventType)
	if declared && !e.Store {
		r.t.Fatalf("analyticstest: the event map says store: false for %q: look at its metrics with Delta", eventType)
	}
	earlier := r.eventMap.OldNames(eventType)
	var events []Event
	r.flush()
	for _, stored := range r.sink.Events() {
		e, err := decode(stored.Document)
		if err != nil {
			r.t.Fatalf("analyticstest: %v", err)
		}
		if eventType == "" || e.Type == eventType || slices.Contains(earlier, e.Type) {
			events = append(events, e)
		}
	}
	if len(events) == 0 && !declared && eventType != "" {
		r.t.Fatalf("analyticstest: no event %q was tracked, and the event map does not declare it: is the name right?", eventType)
	}
	return events
}

func decode(document bson.Raw) (Event, error) {
	e, err := eventdoc.Parse(document)
	if err != nil {
		return Event{}, err
	}
	var data bson.D
	if err := bson.Unmarshal(e.Data, &data); err != nil {
		return Event{}, err
	}
	return Event{
		Key: e.Key, Type: e.Type, UserID: e.UserID, SessionID: e.SessionID, Platform: e.Platform, Module: e.Module,
		AnonymousID: e.AnonymousID, GroupID: e.GroupID,
		Time: e.Time, Data: plain(data).(map[string]any), WithoutMetrics: e.WithoutMetrics, Document: document,
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
		if int64(int(v)) != v {
			return v // an int has 32 bits here
		}
		return int(v)
	case bson.DateTime:
		return v.Time().UTC()
	default:
		return v
	}
}
