// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/defaults"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// The defaults of [Config] that are MongoDB's. The others are those of eventstore.Config.
const (
	DefaultDatabase     = defaults.Database
	DefaultCollection   = defaults.Collection
	DefaultWriteTimeout = defaults.WriteTimeout
)

// MinWriteTimeout is the smallest [Config.WriteTimeout].
const MinWriteTimeout = defaults.MinWriteTimeout

// TTLNever is the [Config.TTL] with which MongoDB keeps events for ever.
const TTLNever = defaults.TTLNever

// Config says where and how events are kept. The zero value of a field is its default; URI is required.
type Config struct {
	// URI is MongoDB's connection string. Required. Write concern, TLS, authentication and every other
	// setting of the driver can be given in it. It never appears in a log or an error.
	URI string
	// Database and Collection receive the documents: DefaultDatabase and DefaultCollection.
	Database, Collection string
	// Storage, MemoryBytes, QuarantineBytes, Dir, JournalBytes, JournalFull, SyncInterval, BatchSize, Sinks, Consumers and OnInsertAttempt are those of
	// eventstore.Config.
	Storage         eventstore.Storage
	MemoryBytes     int64
	QuarantineBytes int64
	Dir             string
	JournalBytes    int64
	JournalFull     eventstore.FullPolicy
	SyncInterval    time.Duration
	BatchSize       int
	Sinks           []eventstore.SinkConfig
	Consumers       []eventstore.Consumer
	OnInsertAttempt []func(eventstore.InsertAttempt)
	// Around puts a sink around that of Open, such as one that counts what is stored (Around of a *uniques.Counter). It must
	// pass on every call. Nil: none.
	Around func(*Sink) (eventstore.Sink, error)
	// WriteTimeout bounds one attempt to insert a batch: DefaultWriteTimeout. At least MinWriteTimeout, 1 ms.
	WriteTimeout time.Duration
	// WithoutIndexes leaves the creation of the indexes to the application.
	WithoutIndexes bool
	// Validator has the server check documents by the rules of the event map: New of package mongostore/validator makes one. It
	// needs the role dbAdmin. Nil: the collection's validator stays as it is.
	Validator Validator
	// TTL has MongoDB delete events that long after they were accepted, by an index: whole seconds, up to the 68 years that
	// MongoDB can count. [TTLNever] drops that index, and 0 leaves it as it is. When the collection has another time, TTL is
	// put into effect; see TTLShorten. A server that cannot do so is warned about once.
	TTL time.Duration
	// TTLShorten lets a TTL take effect with which MongoDB deletes events at once: one that is shorter than the collection's,
	// or the first one of a collection that has events that are older. Without it, such a TTL is warned about, and the
	// collection stays as it is.
	TTLShorten bool
	// SuppressKey is the key of the list of suppressed users: at least MinSuppressKey bytes, the same in every process, and
	// used for nothing else. The list is in the collection of the name Collection and [SuppressedSuffix], with a copy in Dir, in the
	// parent of all with eventstore.DirAuto.
	// With Storage Memory there is no copy: events wait until MongoDB has told the list.
	// Empty: nobody is suppressed. It never appears in a log or an error.
	SuppressKey string
	// EventMap knows the names that event types had before: queries and summaries of a type find the events that are stored
	// under those, too. Give the service's *eventmap.Map. Nil: a type has its own name alone.
	EventMap EventNames
	// Client holds further settings of the driver (monitors, pools, a TLS configuration), applied after
	// URI.
	Client *options.ClientOptions
	// Logger receives what happens in the background: slog.Default.
	Logger *slog.Logger
}

// queue is the configuration of the durable queue.
func (c Config) queue() eventstore.Config {
	return eventstore.Config{
		Storage: c.Storage, MemoryBytes: c.MemoryBytes, QuarantineBytes: c.QuarantineBytes, Dir: c.Dir, JournalBytes: c.JournalBytes, JournalFull: c.JournalFull, SyncInterval: c.SyncInterval,
		BatchSize: c.BatchSize, Sinks: c.Sinks, Consumers: c.Consumers, OnInsertAttempt: c.OnInsertAttempt, Logger: c.Logger,
	}
}

// uriSettings is where the URI of a configuration that is loaded comes from.
const uriSettings = "OTELANALYTICS_MONGODB_URI or mongodb.uri"

// withDefaults returns the configuration with MongoDB's defaults filled in, or every mistake joined.
func (c Config) withDefaults() (Config, error) {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf("mongostore: "+format, args...)) }
	c.URI, c.SuppressKey = words.WithoutNewline(c.URI), words.WithoutNewline(c.SuppressKey)
	if c.URI == "" {
		bad("Config.URI is empty; give MongoDB's connection string, such as mongodb://127.0.0.1:27017, or set %s where a configuration is loaded", uriSettings)
	}
	c.Database = cmp.Or(c.Database, DefaultDatabase)
	c.Collection = cmp.Or(c.Collection, DefaultCollection)
	c.WriteTimeout = cmp.Or(c.WriteTimeout, DefaultWriteTimeout)
	c.Logger = cmp.Or(c.Logger, slog.Default())
	if c.WriteTimeout < MinWriteTimeout {
		bad("Config.WriteTimeout is %v; it must be at least %v", c.WriteTimeout, MinWriteTimeout)
	}
	if n := len(c.SuppressKey); n > 0 && n < MinSuppressKey {
		bad("Config.SuppressKey has %d bytes; it must have at least %d", n, MinSuppressKey)
	}
	if !defaults.ValidTTL(c.TTL) {
		bad("Config.TTL is %v; it must be whole seconds, from %v to %v, or TTLNever, or zero (leave the index as it is)", c.TTL, defaults.MinTTL, defaults.MaxTTL)
	}
	return c, errors.Join(append(errs, c.queue().Validate())...)
}
