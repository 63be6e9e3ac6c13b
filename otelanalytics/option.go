// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"errors"
	"fmt"
	"log/slog"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// Option changes how [New] makes a client.
type Option interface{ applyClient(*config) }

// TrackOption changes one call of Track.
type TrackOption interface{ applyTrack(*trackConfig) }

// AckOption is an [Option], for all calls of a client, and a [TrackOption], for one.
type AckOption interface {
	Option
	TrackOption
}

// Ack is an acknowledgement level: how far an event has come when Track returns.
type Ack = eventstore.Ack

// The acknowledgement levels.
const (
	// AckWritten: in the journal file. It survives the process, not a power failure within the store's
	// SyncInterval. The default.
	AckWritten = eventstore.AckWritten
	// AckSynced: fsynced, together with the events of the others who wait. It survives a power failure.
	AckSynced = eventstore.AckSynced
	// AckStored: acknowledged by MongoDB with the configured write concern.
	AckStored = eventstore.AckStored
)

type config struct {
	store    *eventstore.Store
	provider metric.MeterProvider
	resource *resource.Resource
	logger   *slog.Logger
	keys     int
	track    trackConfig
	errs     []error
}

type trackConfig struct{ ack Ack }

// defaultKeys is how many idempotency keys a client remembers.
const defaultKeys = 100_000

func newConfig(options []Option) (config, error) {
	c := config{keys: defaultKeys}
	for _, o := range options {
		if o != nil {
			o.applyClient(&c)
		}
	}
	if c.provider == nil {
		c.provider = otel.GetMeterProvider()
	}
	if c.resource == nil {
		c.resource = resource.Default()
	}
	if c.logger == nil {
		c.logger = slog.Default()
	}
	c.logger = c.logger.With("component", "otelanalytics")
	if c.track.ack > AckStored {
		c.errs = append(c.errs, unknownAck(c.track.ack))
	}
	return c, errors.Join(c.errs...)
}

func unknownAck(level Ack) error {
	return fmt.Errorf("otelanalytics: WithAck(%d): known are AckWritten (0), AckSynced (1) and AckStored (2)", uint8(level))
}

type optionFunc func(*config)

func (f optionFunc) applyClient(c *config) { f(c) }

// WithStore has the client keep events in s, which it then owns: [Client.Shutdown] shuts it down. Without
// a store, the client updates metrics and keeps nothing.
func WithStore(s *eventstore.Store) Option {
	return optionFunc(func(c *config) {
		if s == nil {
			c.errs = append(c.errs, errors.New("otelanalytics: WithStore(nil): open a store with eventstore.Open, or leave the option out for metrics only"))
		}
		c.store = s
	})
}

// WithMeterProvider sets where metrics go, in place of the global provider (otel.GetMeterProvider). The
// client does not shut it down.
func WithMeterProvider(p metric.MeterProvider) Option {
	return optionFunc(func(c *config) { c.provider = p })
}

// WithResource sets the resource whose service.name, service.version and service.instance.id documents
// carry, in place of resource.Default(), which reads OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES.
func WithResource(r *resource.Resource) Option {
	return optionFunc(func(c *config) { c.resource = r })
}

// WithLogger sets where the client logs, in place of slog.Default().
func WithLogger(l *slog.Logger) Option {
	return optionFunc(func(c *config) { c.logger = l })
}

// WithKeyWindow sets how many idempotency keys, the latest ones, the client remembers to neither store nor
// record an event twice: 100,000 by default, about 20 MB when they are used; 0 remembers none. Older
// duplicates are refused by MongoDB, but recorded again.
func WithKeyWindow(n int) Option {
	return optionFunc(func(c *config) {
		if n < 0 {
			c.errs = append(c.errs, fmt.Errorf("otelanalytics: WithKeyWindow(%d): must be at least 0", n))
		}
		c.keys = n
	})
}

type ackOption Ack

func (o ackOption) applyClient(c *config)     { c.track.ack = Ack(o) }
func (o ackOption) applyTrack(t *trackConfig) { t.ack = Ack(o) }

// WithAck sets the acknowledgement level, of a client or, taking precedence, of one call. The default is
// AckWritten. An unknown level is an error of New, or of Track, which then accepts nothing.
func WithAck(level Ack) AckOption { return ackOption(level) }
