// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"context"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/google/uuid"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// programResource returns the program's own resource. It always has a service.instance.id, a random one unless it is
// given. A collector and Prometheus distinguish the series of two instances of a service by it alone (OpenTelemetry
// semantic conventions, service attributes).
func programResource(ctx context.Context, c config) (*resource.Resource, error) {
	attributes := []attribute.KeyValue{attribute.String("service.instance.id", uuid.NewString())}
	if c.service != "" {
		attributes = append(attributes, attribute.String("service.name", c.service))
	}
	return resource.New(ctx, resource.WithAttributes(append(attributes, c.attributes...)...))
}

// newResource returns the resource: the program's own, overridden by OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME.
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
	if own, err = resource.Merge(resource.Default(), own); err != nil {
		return nil, err
	}
	return own, checkText(own)
}

// checkText refuses attributes that are not UTF-8. Each request of an OTLP exporter holds them, and protobuf cannot
// encode them: no export would succeed.
func checkText(r *resource.Resource) error {
	var errs []error
	for _, kv := range r.Attributes() {
		if !utf8.ValidString(string(kv.Key)) || kv.Value.Type() == attribute.STRING && !utf8.ValidString(kv.Value.AsString()) {
			errs = append(errs, fmt.Errorf("the attribute %q of the resource is not UTF-8: %q; write it in UTF-8, percent-encoded in OTEL_RESOURCE_ATTRIBUTES",
				words.Short(string(kv.Key)), words.Short(kv.Value.AsString())))
		}
	}
	return errors.Join(errs...)
}
