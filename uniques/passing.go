// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"context"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// passing forwards the optional methods of a sink, except Ping.
type passing struct{ inner eventstore.Sink }

func (p passing) Prepare(ctx context.Context) error {
	if inner, ok := p.inner.(eventstore.Preparer); ok {
		return inner.Prepare(ctx)
	}
	return nil
}

func (p passing) Close(ctx context.Context) error {
	if inner, ok := p.inner.(eventstore.Closer); ok {
		return inner.Close(ctx)
	}
	return nil
}

// Name returns the sink's name.
func (p passing) Name() string {
	if inner, ok := p.inner.(eventstore.Named); ok {
		return inner.Name()
	}
	return "sink"
}

// Destination is the inner sink's, or else its name.
func (p passing) Destination() string {
	if inner, ok := p.inner.(eventstore.Destined); ok {
		return inner.Destination()
	}
	return p.Name()
}
