// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
)

// The defaults of [Config].
const (
	DefaultDatabase     = "analytics"
	DefaultCollection   = "user_events"
	DefaultDir          = "otelanalytics-data"
	DefaultJournalBytes = 1 << 30
	DefaultSyncInterval = 100 * time.Millisecond
	DefaultBatchSize    = 1_000
	DefaultWriteTimeout = 30 * time.Second
)

// FullPolicy says what Append does while the journal is at its bound.
type FullPolicy uint8

const (
	// Reject returns ErrJournalFull at once. It is the default.
	Reject FullPolicy = iota
	// Block waits for space, as long as the context of the call allows.
	Block
)

// Config says where a store keeps events. The zero value of a field is its default.
type Config struct {
	// URI is MongoDB's connection string. Required. Write concern, TLS, authentication and every other
	// setting of the driver can be given in it. It never appears in a log or an error.
	URI string
	// Database and Collection receive the documents: DefaultDatabase and DefaultCollection.
	Database, Collection string
	// Dir holds the journal and the quarantine file, and is created when missing: DefaultDir. One
	// process at a time can use it. Put it on a disk that outlives the process.
	Dir string
	// JournalBytes bounds the journal's size on disk: DefaultJournalBytes. At least 64 MiB.
	JournalBytes int64
	// Full says what happens at the bound: Reject or Block.
	Full FullPolicy
	// SyncInterval is how often what was written to the journal is fsynced: DefaultSyncInterval. It is
	// what a power failure can cost events that were not waited for with AckSynced.
	SyncInterval time.Duration
	// BatchSize is the largest number of documents in one insert: DefaultBatchSize, at most 100,000.
	BatchSize int
	// WriteTimeout bounds one attempt to insert a batch: DefaultWriteTimeout.
	WriteTimeout time.Duration
	// WithoutIndexes leaves the creation of the indexes to the application.
	WithoutIndexes bool
	// TTL, when above zero, has MongoDB delete events that long after they were accepted. A server that
	// cannot do so is warned about once.
	TTL time.Duration
	// Client holds further settings of the driver (monitors, pools, a TLS configuration), applied after
	// URI.
	Client *options.ClientOptions
	// Logger receives what happens in the background: slog.Default.
	Logger *slog.Logger

	files journal.FS // that the journal is on; nil: the operating system's
}

// minJournalBytes leaves room for the largest event in a segment of its own beside a full one.
const minJournalBytes = 64 << 20

const maxBatchSize = 100_000

// withDefaults returns the configuration with defaults filled in, or every mistake joined.
func (c Config) withDefaults() (Config, error) {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf("eventstore: "+format, args...)) }
	if c.URI == "" {
		bad("Config.URI is empty; give MongoDB's connection string, such as mongodb://127.0.0.1:27017")
	}
	setDefault(&c.Database, DefaultDatabase)
	setDefault(&c.Collection, DefaultCollection)
	setDefault(&c.Dir, DefaultDir)
	setDefault(&c.JournalBytes, DefaultJournalBytes)
	setDefault(&c.SyncInterval, DefaultSyncInterval)
	setDefault(&c.BatchSize, DefaultBatchSize)
	setDefault(&c.WriteTimeout, DefaultWriteTimeout)
	setDefault(&c.Logger, slog.Default())
	c.Logger = c.Logger.With("component", "otelanalytics")
	if c.JournalBytes < minJournalBytes {
		bad("Config.JournalBytes is %d; it must be at least %d (64 MiB)", c.JournalBytes, minJournalBytes)
	}
	if c.Full > Block {
		bad("Config.Full is %d; known are Reject (0) and Block (1)", c.Full)
	}
	if c.SyncInterval < 0 {
		bad("Config.SyncInterval is %v; it must be above zero", c.SyncInterval)
	}
	if c.BatchSize < 0 || c.BatchSize > maxBatchSize {
		bad("Config.BatchSize is %d; it must be between 1 and %d", c.BatchSize, maxBatchSize)
	}
	if c.WriteTimeout < 0 {
		bad("Config.WriteTimeout is %v; it must be above zero", c.WriteTimeout)
	}
	if c.TTL < 0 || (c.TTL > 0 && c.TTL < time.Second) {
		bad("Config.TTL is %v; it must be zero (keep for ever) or at least a second", c.TTL)
	}
	return c, errors.Join(errs...)
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
