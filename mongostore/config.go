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

// The defaults of [Config] for MongoDB. The other defaults are in package eventstore.
const (
	DefaultDatabase     = defaults.Database
	DefaultCollection   = defaults.Collection
	DefaultWriteTimeout = defaults.WriteTimeout
)

// MinWriteTimeout is the smallest [Config.WriteTimeout].
const MinWriteTimeout = defaults.MinWriteTimeout

// TTLNever is the [Config.TTL] with which MongoDB keeps events forever.
const TTLNever = defaults.TTLNever

// Config configures the store and its connection to MongoDB. The zero value of a field means its default. URI is required.
type Config struct {
	// URI is MongoDB's connection string. Required. It can contain the write concern, TLS, authentication and every other
	// setting of the driver. It never appears in a log or an error.
	URI string
	// Database and Collection receive the documents. The defaults are DefaultDatabase and DefaultCollection.
	Database, Collection string
	// Storage, MemoryBytes, QuarantineBytes, Dir, JournalBytes, JournalFull, SyncInterval, BatchSize, Sinks, Consumers and
	// OnInsertAttempt are the same as in eventstore.Config.
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
	// Around wraps the sink of Open in another sink, such as one that counts stored events (Around of a *uniques.Counter). The
	// wrapper must pass on every call. Nil means no wrapper.
	Around func(*Sink) (eventstore.Sink, error)
	// WriteTimeout bounds one attempt to insert a batch. The default is DefaultWriteTimeout; the minimum is MinWriteTimeout, 1 ms.
	WriteTimeout time.Duration
	// WithoutIndexes leaves the creation of the indexes to the application.
	WithoutIndexes bool
	// Validator makes the server check documents by the rules of the event map. New of package mongostore/validator makes one. It
	// needs the role dbAdmin. With nil, the collection's validator stays unchanged.
	Validator Validator
	// TTL is how long after their acceptance MongoDB deletes events, by an index. It is in whole seconds, up to the 68 years that
	// MongoDB can count. [TTLNever] drops that index, and 0 leaves it unchanged. When the collection has another time, Open changes
	// it; see TTLShorten for the exception. If the server cannot do that, one warning is logged.
	TTL time.Duration
	// TTLShorten permits a TTL that makes MongoDB delete events at once. This is a TTL that is shorter than the collection's, or the
	// first TTL of a collection with older events. Without TTLShorten, such a TTL only logs a warning, and the collection stays
	// unchanged.
	TTLShorten bool
	// SuppressKey is the key of the list of suppressed users. It has at least MinSuppressKey bytes, is the same in every process, and
	// serves no other purpose. It never appears in a log or an error. When it is empty, no user is suppressed.
	//
	// The list is in the collection with the name Collection and [SuppressedSuffix]. A copy is in Dir. With eventstore.DirAuto
	// the copy is in the parent of all directories. With Storage Memory there is no copy: events wait until the list is read
	// from MongoDB.
	SuppressKey string
	// EventMap knows the earlier names of event types. Queries and summaries of a type then also find the events that are stored
	// under those names. Pass the service's *eventmap.Map. With nil, a type has only its own name.
	EventMap EventNames
	// Client holds further settings of the driver (monitors, pools, a TLS configuration), applied after
	// URI.
	Client *options.ClientOptions
	// Logger receives the log of the background work. The default is slog.Default.
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
