// SPDX-License-Identifier: Apache-2.0

package query

import (
	"encoding/json"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/eventfilter"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// event is an event as JSON: the fields have the names that they have in the document, and those that it does not have
// are left out.
type event struct {
	ID          string          `json:"id"`
	Key         string          `json:"key,omitempty"`
	UserID      string          `json:"user_id"`
	Type        string          `json:"event_type"`
	SessionID   string          `json:"session_id,omitempty"`
	Platform    string          `json:"platform,omitempty"`
	Module      string          `json:"module,omitempty"`
	AnonymousID string          `json:"anonymous_id,omitempty"`
	GroupID     string          `json:"group_id,omitempty"`
	Data        json.RawMessage `json:"event_data,omitempty"`
	Timestamp   string          `json:"timestamp"`
	ReceivedAt  string          `json:"received_at,omitempty"`
	TraceID     string          `json:"trace_id,omitempty"`
	SpanID      string          `json:"span_id,omitempty"`
	Service     *service        `json:"service,omitempty"`
	MapVersion  string          `json:"map_version,omitempty"`
	Version     int             `json:"v,omitempty"`
	Metrics     *bool           `json:"metrics,omitempty"` // false, or left out
	Untrusted   bool            `json:"untrusted,omitempty"`
	SampleRate  float64         `json:"sample_rate,omitempty"`
}

type service struct {
	Name       string `json:"name,omitempty"`
	Version    string `json:"version,omitempty"`
	InstanceID string `json:"instance_id,omitempty"`
}

func newEvent(e mongostore.StoredEvent) (event, error) {
	shown := event{
		ID: e.ID, Key: e.Key, UserID: e.UserID, Type: e.Type, SessionID: e.SessionID, Platform: e.Platform, Module: e.Module,
		AnonymousID: e.AnonymousID, GroupID: e.GroupID,
		Timestamp: text(e.Time), ReceivedAt: text(e.ReceivedAt), TraceID: e.TraceID, SpanID: e.SpanID, MapVersion: e.MapVersion,
		Version: e.Version, Untrusted: e.Untrusted, SampleRate: e.SampleRate,
	}
	if e.WithoutMetrics {
		shown.Metrics = new(bool)
	}
	if e.Service != (mongostore.Service{}) {
		shown.Service = &service{e.Service.Name, e.Service.Version, e.Service.InstanceID}
	}
	if e.Data != nil {
		data, err := bson.MarshalExtJSON(e.Data, false, false)
		if err != nil {
			return event{}, fmt.Errorf("the event_data of the document with _id %s is not BSON", e.ID) // what it holds stays out of errors
		}
		shown.Data = data
	}
	return shown, nil
}

func text(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(eventfilter.Form)
}
