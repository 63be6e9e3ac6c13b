// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
)

// Module is a named part of the application. Events that are tracked through it have its own metrics switch
// ([Switches.SetModule]) and its own log level. Their documents have the name in the field module. A Module is safe for
// concurrent use.
type Module struct {
	client *Client
	name   string
	warner *warner
	off    atomic.Bool
}

// Module returns the module with the name. Every call with the same name returns the same module. Use names from the
// program's text, since each is kept for the life of the client. Documents of the module with the empty name have no
// field module.
func (c *Client) Module(name string) *Module {
	if m, ok := c.knownModule(name); ok {
		return m
	}
	name = moduleName(strings.Clone(name))
	m, _ := c.modules.LoadOrStore(name, &Module{
		client: c, name: name,
		warner: c.warner.with(slog.String("module", name)),
	})
	return m.(*Module)
}

// knownModule returns a module that is there already.
func (c *Client) knownModule(name string) (*Module, bool) {
	m, ok := c.modules.Load(moduleName(name))
	if !ok {
		return nil, false
	}
	return m.(*Module), true
}

// moduleName returns a name as text that documents and logs can hold.
func moduleName(name string) string { return strings.ToValidUTF8(name, "\uFFFD") }

// Name returns the module's name.
func (m *Module) Name() string { return m.name }

// Track tracks an event as [Client.Track] does, for this module.
func (m *Module) Track(ctx context.Context, e Event, options ...TrackOption) error {
	return m.client.track(ctx, m.client.resolve(e.Type), m, &e, nil, options)
}

// TrackBatch tracks several events as [Client.TrackBatch] does, for this module.
func (m *Module) TrackBatch(ctx context.Context, events []Event, options ...TrackOption) error {
	return m.client.trackBatch(ctx, m, events, options)
}

// Record updates metrics as [Client.Record] does, for this module.
func (m *Module) Record(ctx context.Context, name string, data any) error {
	return m.client.recordByName(ctx, m, name, data)
}

// EventType returns an event type as [Client.EventType] does, for this module.
func (m *Module) EventType(name string) (*EventType, error) { return m.client.eventType(m, name) }
