// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// StoredEvent is an event as MongoDB has it. A field that the document does not have, or has with another type,
// is zero.
type StoredEvent struct {
	ID         string // of a UUID the usual form; of an ObjectId hex; a string itself; else relaxed Extended JSON
	Key        string // the idempotency key that it was tracked with
	UserID     string // empty: nobody's
	Type       string
	SessionID  string
	Platform   string
	Module     string
	Time       time.Time // when it happened, UTC, milliseconds
	ReceivedAt time.Time // when the SDK accepted it
	Data       bson.Raw  // nil without any
	TraceID    string
	SpanID     string
	Service    Service
	MapVersion string
}

// Service is the process that tracked an event.
type Service struct{ Name, Version, InstanceID string }

// storedEvent reads a document, the memory of which it keeps.
func storedEvent(doc bson.Raw) StoredEvent {
	text := func(path ...string) string {
		s, _ := doc.Lookup(path...).StringValueOK()
		return s
	}
	instant := func(name string) time.Time {
		if t, ok := doc.Lookup(name).TimeOK(); ok {
			return t.UTC()
		}
		return time.Time{}
	}
	data, _ := doc.Lookup("event_data").DocumentOK()
	return StoredEvent{
		ID: idText(doc.Lookup("_id")), Key: text("key"), UserID: text("user_id"), Type: text("event_type"),
		SessionID: text("session_id"), Platform: text("platform"), Module: text("module"),
		Time: instant("timestamp"), ReceivedAt: instant("received_at"), Data: data,
		TraceID: text("trace_id"), SpanID: text("span_id"), MapVersion: text("map_version"),
		Service: Service{text("service", "name"), text("service", "version"), text("service", "instance_id")},
	}
}

func idText(v bson.RawValue) string {
	if _, data, ok := v.BinaryOK(); ok && len(data) == len(uuid.UUID{}) {
		return uuid.UUID(data).String()
	}
	if id, ok := v.ObjectIDOK(); ok {
		return id.Hex()
	}
	if s, ok := v.StringValueOK(); ok {
		return s
	}
	return v.String()
}
