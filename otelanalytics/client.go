// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/instruments"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// scope is the instrumentation scope of everything that the SDK measures.
const scope = "github.com/otelanalytics/otelanalytics-go"

// Client tracks events. It is safe for concurrent use.
type Client struct {
	eventMap *eventmap.Map
	store    Store             // nil: metrics only
	entries  map[string]*entry // by the name of the map's entry
	exact    map[string]*entry // those that are no patterns
	unknown  *entry            // stands in for every event type that the map does not know
	modules  sync.Map          // of *Module, by name
	switches Switches
	hooks    []BeforeTrack
	keys     *keyWindow
	envelope []byte
	defaults trackConfig
	strict   bool
	disabled bool
	set      *instruments.Set
	eventLog log.Logger // nil: no log records are made
	levels   *config.Levels
	logger   *slog.Logger
	warner   *warner

	now func() time.Time // the clock, which may step backwards

	hookPanics atomic.Int64
	panics     [stepCount]atomic.Int64
	recorded   atomic.Bool // something was recorded: the provider has been looked at
	closed     atomic.Bool
	final      atomic.Pointer[eventstore.Stats] // the store's, once it was shut down
}

// New returns a client for the events and metrics of m. With a store it takes up nothing and starts
// nothing: the store does that. Every mistake in the options is reported at once.
func New(m *eventmap.Map, options ...Option) (*Client, error) {
	cfg, err := newClientConfig(m, options)
	if err != nil {
		return nil, err
	}
	meter := cfg.provider.Meter(scope, metric.WithInstrumentationVersion(Version))
	set, err := instruments.New(m, meter)
	if err != nil {
		return nil, fmt.Errorf("otelanalytics: %w", err)
	}
	c := newClient(m, set, cfg)
	if err := c.measure(meter); err != nil {
		return nil, errors.Join(fmt.Errorf("otelanalytics: own metrics: %w", err), set.Close())
	}
	return c, nil
}

func newClient(m *eventmap.Map, set *instruments.Set, cfg clientConfig) *Client {
	c := &Client{
		eventMap: m,
		store:    cfg.store,
		entries:  make(map[string]*entry, len(m.Events())),
		exact:    make(map[string]*entry, len(m.Events())),
		hooks:    cfg.hooks,
		keys:     newKeyWindow(cfg.keys),
		envelope: envelope(cfg.resource, m.Hash()),
		defaults: cfg.track,
		strict:   cfg.strict,
		set:      set,
		levels:   cfg.levels,
		logger:   cfg.logger,
		warner:   newWarner(cfg.logger),
		now:      time.Now,
	}
	if cfg.loggers != nil {
		c.eventLog = cfg.loggers.Logger(scope, log.WithInstrumentationVersion(Version))
	}
	c.switches.client = c
	c.unknown = newEntry(m, nil, c.store != nil, cfg.redactKey)
	for _, e := range m.Events() {
		recorder, _ := set.EventType(e.Name)
		c.entries[e.Name] = newEntry(m, recorder, c.store != nil, cfg.redactKey)
		if !e.IsPattern() {
			c.exact[e.Name] = c.entries[e.Name]
		}
	}
	c.switches.configure(cfg.switches)
	return c
}

// Switches returns the client's metrics switches.
func (c *Client) Switches() *Switches { return &c.switches }

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
	ctx = orBackground(ctx)
	first := !c.closed.Swap(true)
	if c.store == nil {
		return nil
	}
	err := c.store.Shutdown(ctx)
	if first { // a further call may return before the first has ended
		final := c.store.Stats()
		c.final.Store(&final)
	}
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
