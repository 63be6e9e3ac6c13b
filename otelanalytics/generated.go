// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

// ErrOutdatedCode: the generated code was made from another event map than the client has.
var ErrOutdatedCode = errors.New("otelanalytics: generated code does not belong to this event map")

// GeneratedCode says which map Go code was generated from.
type GeneratedCode struct {
	// MapVersion is the content hash of that map.
	MapVersion string
	// Events are the names of its entries, as the map declares them.
	Events []string
}

// Generated returns an event type for each of code.Events, in their order. It is what the function New of generated
// code calls, and where a program hears at its start that the code is not that of its map: as a warning in the log, or,
// with [WithStrict], as [ErrOutdatedCode]. After the warning, an event that the map does not declare is treated as
// [Client.Track] does: stored, and counted as event_type "other".
func (c *Client) Generated(code GeneratedCode) ([]*EventType, error) { return c.generated(nil, code) }

// Generated is [Client.Generated] for this module.
func (m *Module) Generated(code GeneratedCode) ([]*EventType, error) {
	return m.client.generated(m, code)
}

func (c *Client) generated(m *Module, code GeneratedCode) ([]*EventType, error) {
	types := make([]*EventType, len(code.Events))
	var missing []string
	for i, name := range code.Events {
		t, ok := c.entries[name]
		if !ok {
			t = c.unknown
			missing = append(missing, name)
		}
		types[i] = c.newEventType(m, t, name)
	}
	if c.disabled || code.MapVersion == c.eventMap.Hash() {
		return types, nil
	}
	if c.strict {
		err := fmt.Errorf("%w: it was made from map_version %s, and the map has %s", ErrOutdatedCode, code.MapVersion, c.eventMap.Hash())
		if len(missing) > 0 {
			err = fmt.Errorf("%w and does not declare %s", err, strings.Join(missing, ", "))
		}
		return nil, fmt.Errorf("%w: run otelanalytics generate go on the map of this program", err)
	}
	c.warnerOf(m).logger.Warn("the generated code was made from another event map: run otelanalytics generate go on the map of this program",
		slog.String("code_map_version", code.MapVersion), slog.String("map_version", c.eventMap.Hash()),
		slog.Any("not_declared", missing))
	return types, nil
}
