// SPDX-License-Identifier: Apache-2.0

package typedimpl

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/internal/typedcode"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/typed"
)

// Code identifies the event map that Go code was generated from.
type Code struct {
	// MapVersion is the content hash of that map.
	MapVersion string
	// Events are the names of its entries, as the map declares them.
	Events []string
}

// errNoTracker: New of generated code was called with nil.
var errNoTracker = errors.New("typedimpl: no client to track through: give New of the generated package a client or a module of it")

// EventTypes returns an event type for each name in code.Events, in the same order.
//
// If the client has another event map than the code, EventTypes writes a warning to the client's log. If the client is
// strict, it returns [typed.ErrOutdatedCode] instead. After the warning, the code may use events that the client's map
// does not declare. Tracking such an event stores it, and counts it as event_type "other". Recording it returns
// [otelanalytics.ErrUnknownEvent].
func EventTypes(to otelanalytics.Tracker, code Code) ([]*otelanalytics.EventType, error) {
	if to == nil {
		return nil, errNoTracker
	}
	types, client := otelanalytics.ForGeneratedCode(to, typedcode.Events{Names: code.Events})
	switch {
	case client.Disabled || code.MapVersion == client.MapVersion:
		return types, nil
	case client.Strict:
		return nil, outdated(code, client)
	}
	client.Logger.Warn("the generated code was made from another event map: run otelanalytics generate go on the map of this program",
		slog.String("code_map_version", code.MapVersion), slog.String("map_version", client.MapVersion),
		slog.Any("not_declared", client.Undeclared))
	return types, nil
}

func outdated(code Code, client typedcode.Client) error {
	err := fmt.Errorf("%w: it was made from map_version %s, and the map has %s", typed.ErrOutdatedCode, code.MapVersion, client.MapVersion)
	if len(client.Undeclared) > 0 {
		err = fmt.Errorf("%w and does not declare %s", err, strings.Join(client.Undeclared, ", "))
	}
	return fmt.Errorf("%w: run otelanalytics generate go on the map of this program", err)
}
