// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import "context"

// Tracker is a [Client] or a [Module]. The function New of generated code takes a Tracker. Your own functions can take
// one to work with both. Other types can implement it only by embedding one of these.
type Tracker interface {
	Track(ctx context.Context, e Event, options ...TrackOption) error
	TrackBatch(ctx context.Context, events []Event, options ...TrackOption) error
	Record(ctx context.Context, name string, data any) error

	// parts returns the client, and the module or nil.
	parts() (*Client, *Module)
}

func (c *Client) parts() (*Client, *Module) { return c, nil }

func (m *Module) parts() (*Client, *Module) { return m.client, m }
