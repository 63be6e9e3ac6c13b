// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
)

// newResource returns who sends: what the program says, and above it OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME.
// Each has a service.instance.id, a random one unless it is given: a collector and Prometheus tell the series of two
// instances of a service apart by it alone (OpenTelemetry semantic conventions, service attributes).
func newResource(ctx context.Context, c config) (*resource.Resource, error) {
	options := []resource.Option{
		resource.WithTelemetrySDK(),
		resource.WithAttributes(attribute.String("service.instance.id", uuid.NewString())),
	}
	if c.service != "" {
		options = append(options, resource.WithAttributes(attribute.String("service.name", c.service)))
	}
	own, err := resource.New(ctx, append(options, resource.WithAttributes(c.attributes...), resource.WithFromEnv())...)
	if err != nil {
		return nil, fmt.Errorf("telemetry: resource (OTEL_RESOURCE_ATTRIBUTES must be key=value,key=value): %w", err)
	}
	// The default has a service.name of last resort, unknown_service:program.
	return resource.Merge(resource.Default(), own)
}
