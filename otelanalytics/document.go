// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
)

// dataField is the document's field with the payload.
const dataField = "event_data"

// envelope is what every document of a client ends with: the service and the map's version, encoded once.
func envelope(r *resource.Resource, mapVersion string) []byte {
	dst := bsondoc.Header(nil, bsondoc.TypeDocument, "service")
	dst, start := bsondoc.Begin(dst)
	for _, field := range []struct {
		key  attribute.Key
		name string
	}{
		{semconv.ServiceNameKey, "name"},
		{semconv.ServiceVersionKey, "version"},
		{semconv.ServiceInstanceIDKey, "instance_id"},
	} {
		if v, ok := r.Set().Value(field.key); ok {
			dst = bsondoc.String(dst, field.name, v.String())
		}
	}
	dst = bsondoc.End(dst, start)
	return bsondoc.String(dst, "map_version", mapVersion)
}

// appendDocument appends the document of an event and returns where its data begin. The error is an
// [InvalidEventError].
func (c *Client) appendDocument(s *scratch, dst []byte, t *entry, m *Module, e *Event, id [16]byte, now time.Time, span trace.SpanContext) (doc []byte, data int, err error) {
	dst, start := bsondoc.Begin(dst)
	dst = bsondoc.UUID(dst, "_id", id)
	dst = optional(dst, "key", e.Key)
	dst = bsondoc.String(dst, "user_id", e.UserID)
	dst = bsondoc.String(dst, "event_type", e.Type)
	dst = optional(dst, "session_id", e.SessionID)
	dst = optional(dst, "platform", e.Platform)
	if m != nil {
		dst = optional(dst, "module", m.name)
	}
	dst, data, err = bsondoc.Document(dst, dataField, e.Data)
	if err != nil {
		return dst, 0, invalidData(e.Type, err)
	}
	dst = s.redact(t.redactor, dst, data)
	happened := e.Time
	if happened.IsZero() {
		happened = now
	}
	dst = bsondoc.DateTime(dst, "timestamp", happened.UnixMilli())
	dst = bsondoc.DateTime(dst, "received_at", now.UnixMilli())
	if span.IsValid() {
		traceID, spanID := span.TraceID(), span.SpanID()
		dst = hexField(dst, "trace_id", traceID[:])
		dst = hexField(dst, "span_id", spanID[:])
	}
	dst = append(dst, c.envelope...)
	dst = bsondoc.End(dst, start)
	if size := len(dst) - start; size > eventstore.MaxDocumentBytes {
		return dst, 0, tooLarge(e.Type, dst[data:], size)
	}
	return dst, data, nil
}

func optional(dst []byte, key, value string) []byte {
	if value == "" {
		return dst
	}
	return bsondoc.String(dst, key, value)
}

func hexField(dst []byte, key string, b []byte) []byte {
	var text [32]byte
	return bsondoc.String(dst, key, string(text[:hex.Encode(text[:], b)]))
}

func invalidData(eventType string, err error) error {
	invalid := &InvalidEventError{EventType: eventType, Field: dataField, Problem: err.Error()}
	var fe *bsondoc.FieldError
	if errors.As(err, &fe) {
		invalid.Problem = fe.Problem
		if fe.Path != "" {
			invalid.Field += "." + fe.Path
		}
	}
	return invalid
}

// tooLarge names the largest field of the data, which is where to look.
func tooLarge(eventType string, data bson.Raw, size int) error {
	field, largest := dataField, 0
	for rest := data[4:]; ; {
		_, key, value, next, ok := bsondoc.Next(rest)
		if !ok {
			break
		}
		if len(value) > largest {
			field, largest = dataField+"."+shortened(string(key)), len(value)
		}
		rest = next
	}
	return &InvalidEventError{
		EventType: eventType,
		Field:     field,
		Problem: fmt.Sprintf("takes %d bytes of a document of %d; MongoDB stores at most %d (16 MiB): keep large content elsewhere and track a reference to it",
			largest, size, eventstore.MaxDocumentBytes),
		cause: ErrTooLarge,
	}
}
