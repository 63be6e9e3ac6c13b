// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"context"
	"errors"
	"fmt"

	"go.opentelemetry.io/contrib/otelconf"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// completeResource adds the program's own attributes to the file's, unless the file has them, as newResource does.
func completeResource(ctx context.Context, c config, model *otelconf.OpenTelemetryConfiguration) error {
	own, err := programResource(ctx, c)
	if err != nil {
		return err
	}
	if model.Resource == nil {
		model.Resource = new(otelconf.Resource)
	}
	there := map[string]bool{}
	for _, a := range model.Resource.Attributes {
		there[a.Name] = true
	}
	for _, a := range own.Attributes() {
		if !there[string(a.Key)] {
			model.Resource.Attributes = append(model.Resource.Attributes, otelconf.AttributeNameValue{Name: string(a.Key), Value: a.Value.AsInterface()})
		}
	}
	return nil
}

// resourceOf returns the resource that a model makes. otelconf exposes it only on spans.
func resourceOf(ctx context.Context, model *otelconf.OpenTelemetryConfiguration) (*resource.Resource, error) {
	sdk, err := otelconf.NewSDK(otelconf.WithContext(ctx), otelconf.WithOpenTelemetryConfiguration(otelconf.OpenTelemetryConfiguration{
		FileFormat: model.FileFormat, Resource: model.Resource, TracerProvider: new(otelconf.TracerProvider),
	}))
	if err != nil {
		return nil, fmt.Errorf("resource: %w", err)
	}
	_, span := sdk.TracerProvider().Tracer("").Start(ctx, "")
	defer span.End()
	r := resource.Empty()
	if s, ok := span.(sdktrace.ReadOnlySpan); ok {
		r = s.Resource()
	}
	return r, errors.Join(checkText(r), sdk.Shutdown(ctx))
}
