// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"

	"go.opentelemetry.io/otel/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/instruments"
)

// scope is the instrumentation scope of everything that the SDK measures.
const scope = "github.com/otelanalytics/otelanalytics-go"

// Client tracks events. It is safe for concurrent use.
type Client struct {
	eventMap *eventmap.Map
	store    *eventstore.Store     // nil: metrics only
	events   map[string]*EventType // by the name of the map's entry
	unknown  *EventType            // stands in for every event type that the map does not know
	keys     *keyWindow
	envelope []byte
	track    trackConfig
	logger   *slog.Logger
	warner   *warner

	closed atomic.Bool
	final  atomic.Pointer[eventstore.Stats] // the store's, once it was shut down
}

// New returns a client for the events and metrics of m. With a store it takes up nothing and starts
// nothing: the store does that. Every mistake in the options is reported at once.
func New(_ context.Context, m *eventmap.Map, options ...Option) (*Client, error) {
	cfg, err := newConfig(options)
	if m == nil {
		err = errors.Join(errors.New("otelanalytics: the event map is nil: load one with eventmap.ParseFile"), err)
	}
	if err != nil {
		return nil, err
	}
	meter := cfg.provider.Meter(scope, metric.WithInstrumentationVersion(Version))
	set, err := instruments.New(m, meter)
	if err != nil {
		return nil, fmt.Errorf("otelanalytics: %w", err)
	}
	c := &Client{
		eventMap: m,
		store:    cfg.store,
		events:   make(map[string]*EventType, len(m.Events())),
		keys:     newKeyWindow(cfg.keys),
		envelope: envelope(cfg.resource, m.Hash()),
		track:    cfg.track,
		logger:   cfg.logger,
		warner:   newWarner(cfg.logger),
	}
	c.unknown = newEventType(c, unknownName, nil)
	for _, e := range m.Events() {
		recorder, _ := set.EventType(e.Name)
		c.events[e.Name] = newEventType(c, e.Name, recorder)
	}
	if err := c.measure(meter); err != nil {
		return nil, errors.Join(fmt.Errorf("otelanalytics: own metrics: %w", err), set.Close())
	}
	return c, nil
}

// Flush blocks until every event that was accepted before the call is in MongoDB or in quarantine, or
// until ctx ends, which is [ErrPending].
func (c *Client) Flush(ctx context.Context) error {
	if c.store == nil {
		return nil
	}
	return c.store.Flush(orBackground(ctx))
}

// Shutdown refuses further events, flushes as long as ctx allows, and closes the store. What is not in
// MongoDB by then ([ErrPending] says how much) is delivered by the next start. The meter provider is left
// as it is, so that a last scrape or export has the final numbers: shut it down afterwards. A further call
// waits for the first, as long as its own ctx allows, and returns the same.
func (c *Client) Shutdown(ctx context.Context) error {
	c.closed.Store(true)
	if c.store == nil {
		return nil
	}
	err := c.store.Shutdown(orBackground(ctx))
	final := c.store.Stats()
	c.final.CompareAndSwap(nil, &final)
	return err
}

// storeStats are the store's counters; after Shutdown the last ones, since its directory may then be another
// client's.
func (c *Client) storeStats() eventstore.Stats {
	if final := c.final.Load(); final != nil {
		return *final
	}
	return c.store.Stats()
}

// orBackground makes up for callers that pass nil.
func orBackground(ctx context.Context) context.Context {
	if ctx == nil {
		return context.Background()
	}
	return ctx
}
