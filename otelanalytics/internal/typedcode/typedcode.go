// SPDX-License-Identifier: Apache-2.0

// Package typedcode holds the types that packages otelanalytics and typedimpl exchange. Other modules cannot import it, so
// that their programs cannot call a function that takes one of its types.
package typedcode

import "log/slog"

// Events are the events that generated code tracks.
type Events struct {
	// Names are the names of entries of an event map.
	Names []string
}

// Recorded is an event that generated code records and does not store.
type Recorded struct {
	// Name is the event's whole name.
	Name string
	// Data are the event's data.
	Data any
}

// Client describes the client, or the module of it, that the events are tracked through.
type Client struct {
	// MapVersion is the content hash of the client's event map.
	MapVersion string
	// Undeclared are the names that the map does not declare.
	Undeclared []string
	// Strict is true where the client refuses events that its map does not declare.
	Strict bool
	// Disabled is true where the client does nothing.
	Disabled bool
	Logger   *slog.Logger
}
