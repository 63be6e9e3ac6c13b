// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"log/slog"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/instruments"
)

// NewNop returns a client that does nothing. It stores and records nothing, starts nothing, and returns nil from every
// call, whatever the event. Use it in tests, or in a service that should run without analytics when [New] fails:
//
//	client, err := otelanalytics.New(m, otelanalytics.WithStore(store))
//	if err != nil {
//		slog.Error("analytics are off", "error", err)
//		client = otelanalytics.NewNop()
//	}
//
// Its Health and its readiness handler report that it is ready and disabled.
func NewNop() *Client {
	c := &Client{
		eventMap: new(eventmap.Map),
		disabled: true,
		logger:   slog.New(slog.DiscardHandler),
		closing:  make(chan struct{}),
	}
	c.warner = newWarner(c.logger)
	c.keys = newKeyWindow(0)
	c.switches.client = c
	c.unknown = newEntry(c.eventMap, new(instruments.EventType), false, nil)
	return c
}
