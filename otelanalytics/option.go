// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"errors"
	"fmt"
	"log/slog"
	"reflect"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/safelog"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// Option changes how [New] makes a client.
type Option interface{ applyClient(*clientConfig) }

// TrackOption changes one call of Track or TrackBatch: [WithAck], [WithoutMetrics], [WithOutcome] or [WithOutcomes].
type TrackOption interface{ applyTrack(*trackConfig) }

// Ack is an acknowledgement level: how far an event has come when Track returns.
type Ack = eventstore.Ack

// The acknowledgement levels.
const (
	// AckWritten: in the journal file, or in the memory of a store in memory. It survives the process, not a power failure within the store's
	// SyncInterval. The default.
	AckWritten = eventstore.AckWritten
	// AckSynced: fsynced, together with the events of the others who wait. It survives a power failure. A store in memory
	// refuses it: an error of New, or of Track with ErrNoDisk.
	AckSynced = eventstore.AckSynced
	// AckStored: acknowledged by MongoDB with the configured write concern.
	AckStored = eventstore.AckStored
)

type clientConfig struct {
	store        Store
	provider     metric.MeterProvider
	loggers      log.LoggerProvider // nil: none
	resource     *resource.Resource
	logger       *slog.Logger
	levels       *config.Levels
	keys         int
	hooks        []BeforeTrack
	strict       bool
	bsonTagsOnly bool
	redactKey    []byte
	switches     config.Runtime // its levels are in levels
	track        trackConfig
	errs         []error
}

type trackConfig struct {
	ack            Ack
	withoutMetrics bool
	keySource      string             // takes the service's place in the scope of a Key
	untrusted      bool               // anybody may have sent the events
	sample         map[string]float64 // by the name of the map's entry; nil: all are stored
	outcome        *Outcome           // of the first event; nil: not asked for
	outcomes       *[]Outcome         // of all events
}

// tells reports whether the caller asks for outcomes.
func (c *trackConfig) tells() bool { return c.outcome != nil || c.outcomes != nil }

// newClientConfig applies the options. What comes from a [config.Config] gives way to the other options, whatever their
// order.
func newClientConfig(m *eventmap.Map, options []Option) (clientConfig, error) {
	c := clientConfig{keys: config.DefaultKeyWindow}
	for _, o := range options {
		if o, ok := o.(configOption); ok {
			o.applyClient(&c)
		}
	}
	for _, o := range options {
		if _, ok := o.(configOption); !ok && o != nil {
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
	if c.levels == nil {
		c.levels = new(config.Levels) // Configure may set some
	}
	c.logger = c.levels.Logger(safelog.Logger(c.logger)).With("component", "otelanalytics", "subsystem", "client")
	if !c.track.ack.Valid() {
		c.errs = append(c.errs, unknownAck("WithDefaultAck", c.track.ack))
	} else if c.store != nil {
		if err := c.store.TakesAck(c.track.ack); err != nil {
			c.errs = append(c.errs, fmt.Errorf("otelanalytics: WithDefaultAck, OTELANALYTICS_ACK or ack is %v: %w", c.track.ack, err))
		}
	}
	if m == nil {
		c.errs = append(c.errs, errors.New("otelanalytics: the event map is nil: load one with eventmap.ParseFile"))
		return c, errors.Join(c.errs...)
	}
	if m.NeedsRedactKey() && len(c.redactKey) == 0 {
		c.errs = append(c.errs, errors.New("otelanalytics: the event map has fields with redact: hash, and there is no key to hash them with: give one with WithRedactKey, or set OTELANALYTICS_REDACT_KEY and load the configuration"))
	}
	c.errs = append(c.errs, checkDisabled(c.switches.DisabledEvents, m))
	return c, errors.Join(c.errs...)
}

func unknownAck(option string, level Ack) error {
	known := make([]string, 0, len(eventstore.Acks()))
	for _, a := range eventstore.Acks() {
		known = append(known, fmt.Sprintf("%d (%v)", uint8(a), a))
	}
	return fmt.Errorf("otelanalytics: %s(%d): known are %s", option, uint8(level), words.List(known))
}

type optionFunc func(*clientConfig)

func (f optionFunc) applyClient(c *clientConfig) { f(c) }

// WithStore makes the client keep events in s, such as a *mongostore.Store. The client then owns the store:
// [Client.Shutdown] shuts it down. Without a store, the client updates metrics and keeps nothing.
func WithStore(s Store) Option {
	return optionFunc(func(c *clientConfig) {
		if v := reflect.ValueOf(s); s == nil || v.Kind() == reflect.Pointer && v.IsNil() {
			c.errs = append(c.errs, errors.New("otelanalytics: WithStore(nil): open a store with mongostore.Open, or leave the option out for metrics only"))
			return
		}
		c.store = s
	})
}

// WithMeterProvider sets where metrics go, in place of the global provider (otel.GetMeterProvider). The
// client does not shut it down.
func WithMeterProvider(p metric.MeterProvider) Option {
	return optionFunc(func(c *clientConfig) { c.provider = p })
}

// WithResource sets the resource whose service.name, service.version and service.instance.id documents
// carry, in place of resource.Default(), which reads OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES.
func WithResource(r *resource.Resource) Option {
	return optionFunc(func(c *clientConfig) { c.resource = r })
}

// WithLogger sets where the client logs, in place of slog.Default(). Every record has the attribute
// component=otelanalytics, and subsystem=client.
func WithLogger(l *slog.Logger) Option {
	return optionFunc(func(c *clientConfig) { c.logger = l })
}

// WithKeyWindow sets how many recent idempotency keys the client remembers: 100,000 by default, about 20 MB when they are
// used; 0 remembers none. An event with a remembered key is neither stored nor recorded. The window belongs to one client and
// starts empty. MongoDB refuses a duplicate that the window does not know; the metrics of the event map count it twice.
func WithKeyWindow(n int) Option {
	return optionFunc(func(c *clientConfig) {
		if n < 0 {
			c.errs = append(c.errs, fmt.Errorf("otelanalytics: WithKeyWindow(%d): must be at least 0", n))
		}
		c.keys = n
	})
}

// WithRedactKey sets the key for the fields that the event map hashes (redact: hash), as HMAC-SHA-256 does
// (RFC 2104): at least 16 bytes, better 32 random ones. Whoever has the key can find out which value a hash
// stands for by trying; with another key the same value gets another hash. [RedactHash] hashes a value as the map does.
// Line breaks at the end of the key are left out, as everywhere: a file that holds it may end in one.
func WithRedactKey(key []byte) Option {
	return optionFunc(func(c *clientConfig) {
		key := []byte(words.WithoutNewline(string(key)))
		if len(key) < config.MinRedactKey {
			c.errs = append(c.errs, fmt.Errorf("otelanalytics: WithRedactKey: the key has %d bytes; it must have at least %d", len(key), config.MinRedactKey))
		}
		c.redactKey = key
	})
}

// WithStrict has Track refuse events whose type the map does not know, with ErrUnknownEvent, in place of
// storing them and counting them as event_type "other".
func WithStrict() Option {
	return optionFunc(func(c *clientConfig) { c.strict = true })
}

// WithBSONTagsOnly names the fields of structs in Data by their bson tags alone, as bson.Marshal of the MongoDB driver does. By
// default a field without a bson tag is named by its json tag, as UseJSONStructTags of the driver does. Redaction knows the
// names of both tags and the Go name either way.
func WithBSONTagsOnly() Option {
	return optionFunc(func(c *clientConfig) { c.bsonTagsOnly = true })
}

// WithLogLevels filters what the client logs by levels, which can change while it runs. For the store to
// follow them too, give its Config a logger with levels.Handler.
func WithLogLevels(l *config.Levels) Option {
	return optionFunc(func(c *clientConfig) { c.levels = l })
}

type configOption config.Config

// WithConfig applies the settings of a file and of the environment. Other options take precedence over it. The settings
// of the store are for mongostore.FromConfig.
func WithConfig(c config.Config) Option { return configOption(c) }

func (o configOption) applyClient(c *clientConfig) {
	switch {
	case o.KeyWindow == 0:
		c.keys = config.DefaultKeyWindow
	case o.KeyWindow == config.NoKeyWindow:
		c.keys = 0
	case o.KeyWindow < 0:
		c.errs = append(c.errs, fmt.Errorf("otelanalytics: Config.KeyWindow is %d; it must be at least 0, or config.NoKeyWindow", o.KeyWindow))
	default:
		c.keys = o.KeyWindow
	}
	redactKey := words.WithoutNewline(string(o.RedactKey))
	if n := len(redactKey); n > 0 && n < config.MinRedactKey {
		c.errs = append(c.errs, fmt.Errorf("otelanalytics: Config.RedactKey has %d bytes; it must have at least %d", n, config.MinRedactKey))
	}
	c.track.ack = o.Ack
	c.strict = o.Strict
	c.bsonTagsOnly = o.BSONTagsOnly
	c.redactKey = []byte(redactKey)
	c.levels = o.LogLevels
	c.switches = config.Config(o).Runtime()
}

// WithDefaultAck sets the acknowledgement level of the calls that have no [WithAck]. The default is AckWritten. An unknown
// level is an error of New.
func WithDefaultAck(level Ack) Option {
	return optionFunc(func(c *clientConfig) { c.track.ack = level })
}

// WithAck sets the acknowledgement level of one call. The default is the client's, see [WithDefaultAck]. An unknown level is
// an error of Track, which then accepts nothing.
func WithAck(level Ack) TrackOption { return ackOption(level) }

// ackOption is no function: one would be allocated for each call.
type ackOption Ack

func (o ackOption) applyTrack(t *trackConfig) { t.ack = Ack(o) }

// WithKeySource puts the name of a source in the place of the service in the scope of a [Event].Key: the same key of two sources
// is two events, and that of one source is one, whichever service takes it in. It is for doors that take in events of other
// programs, such as package ingest. Where the event map's key_scope has no service, it does nothing.
func WithKeySource(name string) TrackOption { return keySourceOption(name) }

type keySourceOption string

func (o keySourceOption) applyTrack(t *trackConfig) { t.keySource = string(o) }

// WithUntrusted marks the events of a call as sent by anybody: their documents have untrusted: true. Nothing that such an event
// says of who is who is believed, see docs/data-protection.md. It is for doors that take in events with keys which are not secret,
// such as package ingest.
func WithUntrusted() TrackOption { return trackOptionFunc(untrusted) }

func untrusted(t *trackConfig) { t.untrusted = true }

// WithStoreSample stores a part of the events of a call: rates has, by the name of an entry of the event map, the part that is stored,
// above 0 and up to 1. Entries that it does not have are stored whole. Metrics, distinct users and log records count every event. The
// documents of a part have sample_rate, so that what is counted from documents can be weighted.
//
// Which events are stored depends on their ids alone: an event with a [Event].Key that is tracked again is stored again, or left out
// again. An event that is left out is counted in otelanalytics.events.sampled_out, and its outcome is [ResultRecorded]: it is not in the
// journal, and there is nothing to wait for. What goes into quarantine is kept whole. A rate that is out of range is an error of Track for
// events of its entry.
func WithStoreSample(rates map[string]float64) TrackOption { return sampleOption(rates) }

type sampleOption map[string]float64

func (o sampleOption) applyTrack(t *trackConfig) { t.sample = o }
