// SPDX-License-Identifier: Apache-2.0

package config

import (
	"slices"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/defaults"
)

// Config holds the settings of the SDK. [Load] reads them from a file and from the environment. The zero value of a
// field means its default.
type Config struct {
	// EventMap is the path of the event map, for eventmap.ParseFile. Empty by default.
	EventMap string
	// URI is MongoDB's connection string. Empty by default, with which mongostore.Open fails.
	URI Secret
	// Database and Collection receive the documents: analytics and user_events by default.
	Database, Collection string
	// WithoutIndexes leaves the indexes to the application. By default they are created.
	WithoutIndexes bool
	// TTL has MongoDB delete events that long after they were accepted: [TTLNever], or whole seconds, up to the 68 years
	// that MongoDB can count. 0, the default, leaves the collection's index as it is.
	TTL time.Duration
	// TTLShorten lets a TTL take effect that has MongoDB delete events at once. By default it does not.
	TTLShorten bool
	// BatchSize is the largest number of documents in one insert: 1,000 by default.
	BatchSize int
	// WriteTimeout bounds one attempt to insert a batch: 30 s by default.
	WriteTimeout time.Duration
	// Storage says where events are until MongoDB has them: eventstore.Disk by default, or eventstore.Memory.
	Storage eventstore.Storage
	// MemoryBytes bounds the journal in memory: 32 MiB by default.
	MemoryBytes int64
	// QuarantineBytes bounds the quarantine file for events that do not keep to the event map: 256 MiB by default.
	QuarantineBytes int64
	// Dir holds the journal and the quarantine file: otelanalytics-data by default. eventstore.DirAuto gives each process a
	// directory of its own.
	Dir string
	// JournalBytes bounds the journal on disk: 1 GiB by default.
	JournalBytes int64
	// JournalFull says what happens at the bound: eventstore.Reject by default.
	JournalFull eventstore.FullPolicy
	// SyncInterval is how often the journal is fsynced: every 100 ms by default.
	SyncInterval time.Duration
	// Ack is how far an event has come when Track returns: eventstore.AckWritten by default.
	Ack eventstore.Ack
	// KeyWindow is how many idempotency keys are remembered: 0 means [DefaultKeyWindow], and [NoKeyWindow] none.
	KeyWindow int
	// Strict refuses events that the map does not declare. By default they are stored.
	Strict bool
	// BSONTagsOnly names the fields of structs by their bson tags alone. By default a field without one is named by its json
	// tag.
	BSONTagsOnly bool
	// MetricsDisabled switches the client's metrics off. By default they are on.
	MetricsDisabled bool
	// DisabledModules and DisabledEvents name the modules and the entries of the event map whose metrics are off.
	DisabledModules, DisabledEvents []string
	// ObserversDisabled switches all observers off. By default they are on.
	ObserversDisabled bool
	// ObserversInterval is how often observers read a source that has no interval of its own: every minute by default.
	ObserversInterval time.Duration
	// ObserversIntervals are intervals by the source's name. They replace those of the sources.
	ObserversIntervals map[string]time.Duration
	// DisabledObservers names the sources that are not read.
	DisabledObservers []string
	// RedactKey hashes fields with redact: hash, and has at least 16 bytes. Empty by default.
	RedactKey Secret
	// SuppressKey is the key of the list of suppressed users, and has at least 16 bytes. Empty by default, with which nobody is
	// suppressed.
	SuppressKey Secret
	// UniquesKey is the key of the sketches that distinct users are counted with, and has at least 16 bytes. It is for a
	// program that counts so: uniques.Config.Key. Empty by default.
	UniquesKey Secret
	// UniquesKeyCollection is the collection that has the key in place of UniquesKey, "name" or "database.name". The first
	// service makes the key. It is for uniques.Config.KeyFrom. Empty by default.
	UniquesKeyCollection string
	// LogLevels is what the client and the store log. No levels by default: what the logger's handler takes. Nil
	// is the same, except that otelanalytics.Client.Configure can then set none.
	LogLevels *Levels
	// Ingest says who may send events over HTTP.
	Ingest Ingest
	// Collector has the settings of otelanalytics collect. Only [LoadCollector] sets it.
	Collector Collector
}

// Values of Config.KeyWindow.
const (
	// DefaultKeyWindow is how many idempotency keys a client remembers by default.
	DefaultKeyWindow = 100_000
	// NoKeyWindow is for a client that remembers none. A file and the environment have 0 for it.
	NoKeyWindow = -1
)

// TTLNever is a TTL with which MongoDB keeps events for ever. A file and the environment have never for it.
const TTLNever = defaults.TTLNever

// MinSuppressKey is the length of the shortest key of the list of suppressed users, in bytes.
const MinSuppressKey = defaults.MinSuppressKey

// MinUniquesKey is the length of the shortest key of sketches, in bytes.
const MinUniquesKey = defaults.MinUniquesKey

// MinRedactKey is the length of the shortest key that is taken, in bytes.
const MinRedactKey = 16

// Default returns what [Load] returns without a file and without an environment: a Config with every default written
// out. It means the same as the zero value, and can be shown.
func Default() Config { return defaultOf(settings()) }

// defaultOf returns the defaults of the settings of a table that are read.
func defaultOf(table []setting) Config {
	c := Config{LogLevels: new(Levels)}
	for _, s := range table {
		if s.standard != "" && !s.value.unread {
			_ = s.value.set(&c, s.standard) // the table's own text: a test reads it too
		}
	}
	return c
}

// ObserverSchedule says how often a source is read (0: as often as it says itself, else every ObserversInterval), and
// whether at all. It is for observers.WithSchedule, beside observers.WithInterval(c.ObserversInterval).
func (c Config) ObserverSchedule(source string) (interval time.Duration, on bool) {
	return c.ObserversIntervals[source], !c.ObserversDisabled && !slices.Contains(c.DisabledObservers, source)
}
