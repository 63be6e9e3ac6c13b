// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import "context"

// Tracker is a [Client] or a [Module] of one. The function New of generated code takes it, and so can functions of a
// program that do not care which of the two they get. Other types implement it only by embedding one of these.
type Tracker interface {
	Track(ctx context.Context, e Event, options ...TrackOption) error
	TrackBatch(ctx context.Context, events []Event, options ...TrackOption) error
	Record(ctx context.Context, name string, data any) error

	// parts returns the client, and the module or nil.
	parts() (*Client, *Module)
}

func (c *Client) parts() (*Client, *Module) { return c, nil }

func (m *Module) parts() (*Client, *Module) { return m.client, m }
