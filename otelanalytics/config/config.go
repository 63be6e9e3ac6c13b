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
	// EventMap is the path of the event map, for eventmap.ParseFile. The default is empty.
	EventMap string
	// URI is MongoDB's connection string. The default is empty, and mongostore.Open then fails.
	URI Secret
	// Database and Collection receive the documents. The defaults are analytics and user_events.
	Database, Collection string
	// WithoutIndexes leaves the indexes to the application. By default they are created.
	WithoutIndexes bool
	// TTL is the time after which MongoDB deletes an accepted event: [TTLNever], or whole seconds, up to the 68 years
	// that MongoDB can count. The default is 0, which leaves the collection's index as it is.
	TTL time.Duration
	// TTLShorten allows a TTL with which MongoDB deletes events at once. By default such a TTL has no effect.
	TTLShorten bool
	// BatchSize is the largest number of documents in one insert. The default is 1,000.
	BatchSize int
	// WriteTimeout bounds one attempt to insert a batch. The default is 30 s.
	WriteTimeout time.Duration
	// Storage is where events are kept until MongoDB has them: eventstore.Disk, which is the default, or
	// eventstore.Memory.
	Storage eventstore.Storage
	// MemoryBytes bounds the journal in memory. The default is 32 MiB.
	MemoryBytes int64
	// QuarantineBytes bounds the quarantine file for events that violate the event map. The default is 256 MiB.
	QuarantineBytes int64
	// Dir is the directory of the journal and the quarantine file. The default is otelanalytics-data. With
	// eventstore.DirAuto, each process has a directory of its own.
	Dir string
	// JournalBytes bounds the journal on disk. The default is 1 GiB.
	JournalBytes int64
	// JournalFull is the policy for a full journal. The default is eventstore.Reject.
	JournalFull eventstore.FullPolicy
	// SyncInterval is how often the journal is fsynced. The default is every 100 ms.
	SyncInterval time.Duration
	// Ack is the acknowledgement level that an event must have reached when Track returns. The default is
	// eventstore.AckWritten.
	Ack eventstore.Ack
	// KeyWindow is how many idempotency keys are remembered. Zero means [DefaultKeyWindow], and [NoKeyWindow] means
	// none.
	KeyWindow int
	// Strict refuses events that the map does not declare. By default they are stored.
	Strict bool
	// BSONTagsOnly names the fields of structs by their bson tags alone. By default a field without a bson tag is named
	// by its json tag.
	BSONTagsOnly bool
	// MetricsDisabled switches the client's metrics off. By default they are on.
	MetricsDisabled bool
	// DisabledModules and DisabledEvents name the modules and the entries of the event map whose metrics are off.
	DisabledModules, DisabledEvents []string
	// ObserversDisabled switches all observers off. By default they are on.
	ObserversDisabled bool
	// ObserversInterval is how often observers read a source that has no interval of its own. The default is every
	// minute.
	ObserversInterval time.Duration
	// ObserversIntervals are intervals by the source's name. They replace the sources' own intervals.
	ObserversIntervals map[string]time.Duration
	// DisabledObservers names the sources that are not read.
	DisabledObservers []string
	// RedactKey is the key for hashing fields with redact: hash. It has at least 16 bytes. The default is empty.
	RedactKey Secret
	// SuppressKey is the key of the list of suppressed users. It has at least 16 bytes. The default is empty, and
	// nobody is suppressed then.
	SuppressKey Secret
	// UniquesKey is the key of the sketches for counting distinct users. It has at least 16 bytes. A program that
	// counts them passes it to uniques.Config.Key. The default is empty.
	UniquesKey Secret
	// UniquesKeyCollection is the collection that has the key in place of UniquesKey: "name" or "database.name". The
	// first service makes the key. It is for uniques.Config.KeyFrom. The default is empty.
	UniquesKeyCollection string
	// LogLevels are the log levels of the client and the store. Without levels, which is the default, the logger's
	// handler decides. Nil means the same, except that otelanalytics.Client.Configure cannot set levels then.
	LogLevels *Levels
	// Ingest configures who may send events over HTTP.
	Ingest Ingest
	// Collector has the settings of otelanalytics collect. Only [LoadCollector] sets it.
	Collector Collector
}

// Values of Config.KeyWindow.
const (
	// DefaultKeyWindow is how many idempotency keys a client remembers by default.
	DefaultKeyWindow = 100_000
	// NoKeyWindow is for a client that remembers no keys. In a file and in the environment, write 0 for it.
	NoKeyWindow = -1
)

// TTLNever is a TTL with which MongoDB keeps events for ever. In a file and in the environment, write never for it.
const TTLNever = defaults.TTLNever

// MinSuppressKey is the shortest allowed length of the key of the list of suppressed users, in bytes.
const MinSuppressKey = defaults.MinSuppressKey

// MinUniquesKey is the shortest allowed length of the key of sketches, in bytes.
const MinUniquesKey = defaults.MinUniquesKey

// MinRedactKey is the shortest allowed length of the redaction key, in bytes.
const MinRedactKey = 16

// Default returns the Config that [Load] returns without a file and without an environment. Every default is filled in,
// so that it can be shown. It means the same as the zero value.
func Default() Config { return defaultOf(settings()) }

// defaultOf returns the defaults of the settings in a table, except for settings that are not read.
func defaultOf(table []setting) Config {
	c := Config{LogLevels: new(Levels)}
	for _, s := range table {
		if s.standard != "" && !s.value.unread {
			_ = s.value.set(&c, s.standard) // the table's own text: a test reads it too
		}
	}
	return c
}

// ObserverSchedule returns how often a source is read, and whether it is read at all. An interval of 0 means the
// source's own interval, or else ObserversInterval. It is for observers.WithSchedule, beside
// observers.WithInterval(c.ObserversInterval).
func (c Config) ObserverSchedule(source string) (interval time.Duration, on bool) {
	return c.ObserversIntervals[source], !c.ObserversDisabled && !slices.Contains(c.DisabledObservers, source)
}
