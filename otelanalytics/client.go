// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
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

// scope is the instrumentation scope of all metrics and log records of the SDK.
const scope = "github.com/otelanalytics/otelanalytics-go"

// Client tracks events. It is safe for concurrent use.
type Client struct {
	eventMap *eventmap.Map
	store    Store             // nil: metrics only
	entries  map[string]*entry // by the name of the map's entry
	exact    map[string]*entry // those that are no patterns, by their earlier names too
	unknown  *entry            // stands in for every event type that the map does not know
	modules  sync.Map          // of *Module, by name
	switches Switches
	hooks    []BeforeTrack
	keys     *keyWindow
	replayed replayed
	keyIDs   keyIDs
	envelope []byte
	defaults trackConfig
	strict   bool
	bsonOnly bool // fields are named by their bson tags alone
	disabled bool
	suppress bool                   // the store has a list of suppressed users
	passOver func(eventstore.Event) // tells the store of events that are not stored; nil: nobody asks
	set      *instruments.Set
	eventLog log.Logger // nil: no log records are made
	levels   *config.Levels
	logger   *slog.Logger
	warner   *warner

	now   func() time.Time // the clock, which may step backwards
	began time.Time        // when the client was made

	hookPanics atomic.Int64
	panics     [stepCount]atomic.Int64
	delay      recordDelay
	recorded   atomic.Bool // something was recorded: the provider has been looked at
	closed     atomic.Bool
	closing    chan struct{} // closed with closed
	watchers   watchers
	final      atomic.Pointer[eventstore.Stats] // the store's, once it was shut down

	provider     metric.MeterProvider
	listening    func()              // ends what the store tells the client
	registration metric.Registration // of the own metrics
}

// New returns a client for the events and metrics of m. It starts no goroutine and reads no journal: the store does
// both. It returns all mistakes in the options at once.
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
	pages.enter(c) // before this client's metrics are on the page, so that no scrape adds them up
	if err := c.measure(meter); err != nil {
		pages.forget(c)
		return nil, errors.Join(fmt.Errorf("otelanalytics: own metrics: %w", err), c.unmeasure())
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
		keyIDs:   newKeyIDs(m.KeyScope(), cfg.resource),
		envelope: envelope(cfg.resource, m.Hash()),
		defaults: cfg.track,
		strict:   cfg.strict,
		bsonOnly: cfg.bsonTagsOnly,
		set:      set,
		levels:   cfg.levels,
		logger:   cfg.logger,
		warner:   newWarner(cfg.logger),
		now:      time.Now,
		began:    time.Now(),

		provider:  cfg.provider,
		listening: func() {},
		closing:   make(chan struct{}),
	}
	if cfg.loggers != nil {
		c.eventLog = cfg.loggers.Logger(scope, log.WithInstrumentationVersion(Version))
	}
	c.suppress = c.store != nil && c.store.Suppressing()
	if by, ok := c.store.(interface {
		Bystands() bool
		PassOver(eventstore.Event)
	}); ok && by.Bystands() {
		c.passOver = by.PassOver
	}
	c.switches.client = c
	c.unknown = newEntry(m, set.Undeclared(), c.store != nil, cfg.redactKey)
	for _, e := range m.Events() {
		recorder, _ := set.EventType(e.Name)
		c.entries[e.Name] = newEntry(m, recorder, c.store != nil, cfg.redactKey)
		if !e.IsPattern() {
			c.exact[e.Name] = c.entries[e.Name]
			for _, old := range e.RenamedFrom {
				c.exact[old] = c.entries[e.Name]
			}
		}
	}
	c.switches.configure(cfg.switches)
	return c
}

// Switches returns the client's metrics switches.
func (c *Client) Switches() *Switches { return &c.switches }
