// SPDX-License-Identifier: Apache-2.0

package analyticstest

import (
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// Event is an event in the form that MongoDB would store: after the before-track hook and redaction.
type Event struct {
	Key, Type, UserID, SessionID, Platform, Module, AnonymousID, GroupID string
	// Time is when the event happened, in UTC and milliseconds.
	Time time.Time
	// Data is the payload. Integers of every size are int, floating-point numbers float64, dates time.Time in UTC,
	// documents map[string]any, and arrays []any. Other BSON types are as the MongoDB driver decodes them. If int has
	// 32 bits, an integer that needs more is an int64.
	Data map[string]any
	// WithoutMetrics reports that metrics were off when the event was accepted.
	WithoutMetrics bool
	// Document is the whole document.
	Document bson.Raw
}

// Events returns the stored events of a type in the order in which they were tracked. For "", it returns events of all
// types. It includes events that were tracked under an earlier name of the type (renamed_from).
//
// Events that the map records without storing are not included: see [Recorder.Delta]. If the type was not tracked and
// the map does not declare it, the test fails.
func (r *Recorder) Events(eventType string) []Event {
	r.t.Helper()
	e, declared := r.eventMap.Match(eventType)
	if declared && !e.Store {
		r.t.Fatalf("analyticstest: the event map has store: false for %q: look at its metrics with Delta", eventType)
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

// plain converts the types that the driver decodes to types that are easy to compare.
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
