// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"errors"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"

	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// envelope returns the fields at the end of every document of a client.
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
