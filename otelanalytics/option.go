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

// Option changes the client that [New] returns.
type Option interface{ applyClient(*clientConfig) }

// TrackOption changes one call of Track or TrackBatch: [WithAck], [WithoutMetrics], [WithOutcome] or [WithOutcomes].
type TrackOption interface{ applyTrack(*trackConfig) }

// Ack is an acknowledgement level: how far an event must have been processed when Track returns.
type Ack = eventstore.Ack

// Acknowledgement levels.
const (
	// AckWritten means that the event is in the journal file, or in the memory of a store in memory. It survives the
	// end of the process. It may not survive a power failure within the store's SyncInterval. This is the default.
	AckWritten = eventstore.AckWritten
	// AckSynced means that the event was fsynced, in one fsync with the events of other waiting calls. It survives a
	// power failure. A store in memory refuses this level: New returns an error, or Track returns ErrNoDisk.
	AckSynced = eventstore.AckSynced
	// AckStored means that MongoDB acknowledged the event with the configured write concern.
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

// tells reports whether the caller wants outcomes.
func (c *trackConfig) tells() bool { return c.outcome != nil || c.outcomes != nil }

// newClientConfig applies the options. Other options override a [config.Config], whatever their order.
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

// WithStore sets the store of events, such as a *mongostore.Store. The client then owns the store: [Client.Shutdown]
// shuts it down. Without a store, the client updates metrics and stores nothing.
func WithStore(s Store) Option {
	return optionFunc(func(c *clientConfig) {
		if v := reflect.ValueOf(s); s == nil || v.Kind() == reflect.Pointer && v.IsNil() {
			c.errs = append(c.errs, errors.New("otelanalytics: WithStore(nil): open a store with mongostore.Open, or leave the option out for metrics only"))
			return
		}
		c.store = s
	})
}

// WithMeterProvider sets the meter provider. The default is the global provider (otel.GetMeterProvider). The client
// does not shut it down.
func WithMeterProvider(p metric.MeterProvider) Option {
	return optionFunc(func(c *clientConfig) { c.provider = p })
}

// WithResource sets the resource. Documents have its service.name, service.version and service.instance.id. The default
// is resource.Default(), which reads OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES.
func WithResource(r *resource.Resource) Option {
	return optionFunc(func(c *clientConfig) { c.resource = r })
}

// WithLogger sets the logger. The default is slog.Default(). Every record has the attributes component=otelanalytics
// and subsystem=client.
func WithLogger(l *slog.Logger) Option {
	return optionFunc(func(c *clientConfig) { c.logger = l })
}

// WithKeyWindow sets how many recent idempotency keys the client remembers. The default is 100,000, which takes about
// 20 MB when they are used. Zero means none. An event with a remembered key is neither stored nor recorded.
//
// The window belongs to one client and starts empty. MongoDB refuses a duplicate that the window does not know, but the
// metrics of the event map count it twice.
func WithKeyWindow(n int) Option {
	return optionFunc(func(c *clientConfig) {
		if n < 0 {
			c.errs = append(c.errs, fmt.Errorf("otelanalytics: WithKeyWindow(%d): must be at least 0", n))
		}
		c.keys = n
	})
}

// WithRedactKey sets the key for the fields that the event map hashes (redact: hash) with HMAC-SHA-256 (RFC 2104). The
// key has at least 16 bytes, better 32 random ones. Line breaks at its end are removed, since a file that holds the key
// may end in one.
//
// Whoever has the key can find the value of a hash by trying values. With another key, the same value gets another
// hash. [RedactHash] hashes a value as the map does.
func WithRedactKey(key []byte) Option {
	return optionFunc(func(c *clientConfig) {
		key := []byte(words.WithoutNewline(string(key)))
		if len(key) < config.MinRedactKey {
			c.errs = append(c.errs, fmt.Errorf("otelanalytics: WithRedactKey: the key has %d bytes; it must have at least %d", len(key), config.MinRedactKey))
		}
		c.redactKey = key
	})
}

// WithStrict makes Track refuse events whose type the map does not declare, with ErrUnknownEvent. Without it, such
// events are stored, and counted as event_type "other".
func WithStrict() Option {
	return optionFunc(func(c *clientConfig) { c.strict = true })
}

// WithBSONTagsOnly names the fields of structs in Data by their bson tags alone, as bson.Marshal of the MongoDB driver
// does. By default, a field without a bson tag gets the name of its json tag, as with UseJSONStructTags of the driver.
// In both cases, redaction matches the names of both tags and the Go name.
func WithBSONTagsOnly() Option {
	return optionFunc(func(c *clientConfig) { c.bsonTagsOnly = true })
}

// WithLogLevels filters the client's log records by levels. You can change the levels while the client runs. If the
// store should follow them too, set the logger of its Config to one with levels.Handler.
func WithLogLevels(l *config.Levels) Option {
	return optionFunc(func(c *clientConfig) { c.levels = l })
}

type configOption config.Config

// WithConfig applies settings that were read from a file and the environment. Other options take precedence. Settings
// of the store are not applied here: use mongostore.FromConfig.
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

// WithDefaultAck sets the acknowledgement level of calls without [WithAck]. The default is AckWritten. For an unknown
// level, New returns an error.
func WithDefaultAck(level Ack) Option {
	return optionFunc(func(c *clientConfig) { c.track.ack = level })
}

// WithAck sets the acknowledgement level of one call. The default is the client's level: see [WithDefaultAck]. For an
// unknown level, Track returns an error and accepts nothing.
func WithAck(level Ack) TrackOption { return ackOption(level) }

// ackOption is not a function: a function would be allocated for each call.
type ackOption Ack

func (o ackOption) applyTrack(t *trackConfig) { t.ack = Ack(o) }

// WithKeySource replaces the service in the scope of an [Event].Key by the name of a source. Then the same key of two
// sources means two events. The same key of one source means one event, whichever service accepts it.
//
// The option is for receivers of other programs' events, such as package ingest. If the event map's key_scope has no
// service, it has no effect.
func WithKeySource(name string) TrackOption { return keySourceOption(name) }

type keySourceOption string

func (o keySourceOption) applyTrack(t *trackConfig) { t.keySource = string(o) }

// WithUntrusted marks the events of a call as sent by anybody. Their documents have untrusted: true. Claims of such an
// event about identities are not trusted: see docs/data-protection.md. The option is for receivers whose write keys are
// not secret, such as package ingest.
func WithUntrusted() TrackOption { return trackOptionFunc(untrusted) }

func untrusted(t *trackConfig) { t.untrusted = true }

// WithStoreSample stores only a part of a call's events. The keys of rates are names of entries of the event map. The
// values are the part to store, above 0 and up to 1. Other entries are stored whole. Metrics, distinct users and log
// records count every event. Sampled documents have sample_rate, so that counts of documents can be weighted.
//
// The id of an event decides whether it is stored. So an event with an [Event].Key that is tracked again is stored or
// left out again. An event that is left out is counted in otelanalytics.events.sampled_out, and its outcome is
// [ResultRecorded]. It is not in the journal, and the call does not wait for it.
//
// Events for quarantine are all kept. If a rate is out of range, Track returns an error for events of its entry.
func WithStoreSample(rates map[string]float64) TrackOption { return sampleOption(rates) }

type sampleOption map[string]float64

func (o sampleOption) applyTrack(t *trackConfig) { t.sample = o }
