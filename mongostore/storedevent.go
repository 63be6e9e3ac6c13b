// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// StoredEvent is an event in MongoDB. A field that is missing in the document, or has another type,
// is zero.
type StoredEvent struct {
	ID          string // of a UUID the usual form; of an ObjectId hex; a string itself; else relaxed Extended JSON
	Key         string // the idempotency key that it was tracked with
	UserID      string // empty for an anonymous event
	Type        string
	SessionID   string
	Platform    string
	Module      string
	AnonymousID string    // the identity before a sign-in
	GroupID     string    // the account or team that the user acted for
	Time        time.Time // when it happened, UTC, milliseconds
	ReceivedAt  time.Time // when the SDK accepted it
	Data        bson.Raw  // with the caller's names of fields; nil without data
	TraceID     string
	SpanID      string
	Service     Service
	MapVersion  string
	Version     int // of the document's shape; 0 for documents older than the field
	// WithoutMetrics is true when metrics were off when the event was accepted. They do not count it.
	WithoutMetrics bool
	// Untrusted is true when anybody may have sent the event, as with a public key.
	Untrusted bool
	// SampleRate is the part of such events that was stored: the event stands for 1/SampleRate of them. 0 means that all were stored.
	SampleRate float64
}

// Service is the process that tracked an event.
type Service struct{ Name, Version, InstanceID string }

// storedEvent reads a document, the memory of which it keeps. The error is [ErrDocumentVersion].
func storedEvent(doc bson.Raw) (StoredEvent, error) {
	e, err := eventdoc.Parse(doc)
	if err != nil {
		return StoredEvent{}, fmt.Errorf("mongostore: %w", err)
	}
	return StoredEvent{
		ID: e.ID, Key: e.Key, UserID: e.UserID, Type: e.Type, SessionID: e.SessionID, Platform: e.Platform, Module: e.Module,
		AnonymousID: e.AnonymousID, GroupID: e.GroupID,
		Time: e.Time, ReceivedAt: e.ReceivedAt, Data: e.Data, TraceID: e.TraceID, SpanID: e.SpanID,
		Service: Service(e.Service), MapVersion: e.MapVersion, Version: e.Version, WithoutMetrics: e.WithoutMetrics,
		Untrusted: e.Untrusted, SampleRate: e.SampleRate,
	}, nil
}
