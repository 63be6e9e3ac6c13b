// SPDX-License-Identifier: Apache-2.0

package config

import (
	"log/slog"
	"slices"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// Config is what a file and the environment say about the SDK. [Load] reads it; a Config that is built
// in code begins with [Default], since the zero value switches metrics off.
type Config struct {
	// EventMap is the path of the event map, for eventmap.ParseFile. Empty by default.
	EventMap string
	// MongoDBURI is MongoDB's connection string. Empty by default, with which eventstore.Open fails.
	MongoDBURI Secret
	// Database and Collection receive the documents: analytics and user_events by default.
	Database, Collection string
	// WithoutIndexes leaves the indexes to the application. By default they are created.
	WithoutIndexes bool
	// TTL has MongoDB delete events that long after they were accepted; 0, the default, keeps them.
	TTL time.Duration
	// BatchSize is the largest number of documents in one insert: 1,000 by default.
	BatchSize int
	// WriteTimeout bounds one attempt to insert a batch: 30 s by default.
	WriteTimeout time.Duration
	// DataDir holds the journal and the quarantine file: otelanalytics-data by default.
	DataDir string
	// JournalBytes bounds the journal on disk: 1 GiB by default.
	JournalBytes int64
	// JournalFull says what happens at the bound: eventstore.Reject by default.
	JournalFull eventstore.FullPolicy
	// SyncInterval is how often the journal is fsynced: every 100 ms by default.
	SyncInterval time.Duration
	// Ack is how far an event has come when Track returns: eventstore.AckWritten by default.
	Ack eventstore.Ack
	// KeyWindow is how many idempotency keys are remembered: 100,000 by default.
	KeyWindow int
	// Strict refuses events that the map does not declare. By default they are stored.
	Strict bool
	// MetricsEnabled is the client's metrics switch: on by default.
	MetricsEnabled bool
	// ModulesDisabled and EventsDisabled name those whose metrics are off. None by default.
	ModulesDisabled, EventsDisabled []string
	// ObserversEnabled has observers read their sources: on by default.
	ObserversEnabled bool
	// ObserversInterval is how often, for sources without an interval of their own: every minute by default.
	ObserversInterval time.Duration
	// ObserversIntervals has intervals by the source's name, and ObserversDisabled names those that are not read. None
	// by default.
	ObserversIntervals map[string]time.Duration
	ObserversDisabled  []string
	// RedactKey hashes fields with redact: hash, and has at least 16 bytes. Empty by default.
	RedactKey Secret
	// LogLevel is what the client and the store log. No levels by default: what the logger's handler takes. Nil
	// is the same, except that Client.Configure can then set none.
	LogLevel *Levels
}

// DefaultKeyWindow is how many idempotency keys a client remembers.
const DefaultKeyWindow = 100_000

// MinRedactKey is the length of the shortest key that is taken, in bytes.
const MinRedactKey = 16

// Default returns the configuration without a file and without an environment.
func Default() Config {
	c := Config{LogLevel: new(Levels)}
	for _, s := range settings() {
		if s.standard != "" {
			_ = s.value.set(&c, s.standard) // the table's own text: a test reads it too
		}
	}
	return c
}

// ObserverSchedule says how often a source is read (0: as often as it says itself, else every ObserversInterval), and
// whether at all. It is for observers.WithSchedule, beside observers.WithInterval(c.ObserversInterval).
func (c Config) ObserverSchedule(source string) (interval time.Duration, on bool) {
	return c.ObserversIntervals[source], c.ObserversEnabled && !slices.Contains(c.ObserversDisabled, source)
}

// StoreConfig returns what the configuration says of the store. Its logger is slog.Default(), filtered by
// LogLevel.
func (c Config) StoreConfig() eventstore.Config {
	return eventstore.Config{
		URI:            string(c.MongoDBURI),
		Database:       c.Database,
		Collection:     c.Collection,
		Dir:            c.DataDir,
		JournalBytes:   c.JournalBytes,
		Full:           c.JournalFull,
		SyncInterval:   c.SyncInterval,
		BatchSize:      c.BatchSize,
		WriteTimeout:   c.WriteTimeout,
		WithoutIndexes: c.WithoutIndexes,
		TTL:            c.TTL,
		Logger:         c.LogLevel.Logger(slog.Default()),
	}
}
