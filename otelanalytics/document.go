// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"errors"
	"fmt"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// envelope is what every document of a client ends with.
func envelope(r *resource.Resource, mapVersion string) []byte {
	return eventdoc.Envelope(eventdoc.Service{
		Name:       resourceText(r, semconv.ServiceNameKey),
		Version:    resourceText(r, semconv.ServiceVersionKey),
		InstanceID: resourceText(r, semconv.ServiceInstanceIDKey),
	}, mapVersion)
}

// resourceText returns an attribute of the resource as text, empty when it has none.
func resourceText(r *resource.Resource, key attribute.Key) string {
	v, _ := r.Set().Value(key)
	return v.String()
}

func invalidData(eventType string, err error) error {
	invalid := &InvalidEventError{EventType: strings.Clone(eventType), Field: eventdoc.FieldData, Problem: err.Error()}
	var fe *bsondoc.FieldError
	if errors.As(err, &fe) {
		invalid.Problem = fe.Problem
		if fe.Path != "" {
			invalid.Field += "." + fe.Path
		}
		if fe.TooLarge {
			invalid.cause = ErrTooLarge
		}
	}
	return invalid
}

// tooLarge names the largest field of the data, which is where to look.
func tooLarge(eventType string, data bson.Raw, size int) error {
	field, largest := eventdoc.FieldData, 0
	for rest := data[4:]; ; {
		_, key, value, next, ok := bsondoc.Next(rest)
		if !ok {
			break
		}
		if len(value) > largest {
			field, largest = eventdoc.FieldData+"."+shortened(eventdoc.PlainName(string(key))), len(value)
		}
		rest = next
	}
	return &InvalidEventError{
		EventType: strings.Clone(eventType),
		Field:     field,
		Problem: fmt.Sprintf("takes %d bytes of a document of %d; MongoDB stores at most %d (16 MiB): keep large content elsewhere and track a reference to it",
			largest, size, eventstore.MaxDocumentBytes),
		cause: ErrTooLarge,
	}
}
