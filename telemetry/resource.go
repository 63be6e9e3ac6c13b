// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
)

// programResource returns what the program says of itself. It always has a service.instance.id, a random one unless
// it is given: a collector and Prometheus tell the series of two instances of a service apart by it alone (OpenTelemetry
// semantic conventions, service attributes).
func programResource(ctx context.Context, c config) (*resource.Resource, error) {
	attributes := []attribute.KeyValue{attribute.String("service.instance.id", uuid.NewString())}
	if c.service != "" {
		attributes = append(attributes, attribute.String("service.name", c.service))
	}
	return resource.New(ctx, resource.WithAttributes(append(attributes, c.attributes...)...))
}

// newResource returns who sends: what the program says, and above it OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME.
func newResource(ctx context.Context, c config) (*resource.Resource, error) {
	own, err := programResource(ctx, c)
	if err != nil {
		return nil, err
	}
	said, err := resource.New(ctx, resource.WithTelemetrySDK(), resource.WithFromEnv())
	if err != nil {
		return nil, errors.New("OTEL_RESOURCE_ATTRIBUTES: must be key=value,key=value, percent-encoded")
	}
	if own, err = resource.Merge(own, said); err != nil {
		return nil, err
	}
	// The default has a service.name of last resort, unknown_service:program.
	return resource.Merge(resource.Default(), own)
}
