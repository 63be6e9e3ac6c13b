// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/internal/safelog"
)

// The defaults of [Config].
const (
	DefaultDir             = "otelanalytics-data"
	DefaultJournalBytes    = 1 << 30
	DefaultMemoryBytes     = 32 << 20
	DefaultQuarantineBytes = 256 << 20
	DefaultSyncInterval    = 100 * time.Millisecond
	DefaultBatchSize       = 1_000
)

// FullPolicy sets what Append does while the journal is at its bound.
type FullPolicy uint8

const (
	// Reject returns ErrJournalFull at once. It is the default.
	Reject FullPolicy = iota
	// Block waits for space, as long as the context of the call allows.
	Block
)

// String returns the policy's word in configuration.
func (p FullPolicy) String() string {
	switch p {
	case Reject:
		return "reject"
	case Block:
		return "block"
	default:
		return fmt.Sprintf("FullPolicy(%d)", uint8(p))
	}
}

// Config configures a store. The zero value of a field means its default.
type Config struct {
	// Storage is where events are kept until the sink has them: Disk or Memory.
	Storage Storage
	// Dir is the directory of the journal and the quarantine file. The default is DefaultDir. Open creates it when it is missing.
	// One process at a time can use it. Put it on a disk that outlives the process.
	//
	// [DirAuto], or DirAuto, a colon and a path, gives each process its own directory below one parent. The parent is DefaultDir
	// or the path. Processes can then run side by side. When a process ends with events left, the next process or a running one
	// delivers them: see the package documentation.
	Dir string
	// JournalBytes bounds the journal's size on disk. The default is DefaultJournalBytes, 1 GiB; the minimum is MinJournalBytes,
	// 4 MiB. A larger event is refused with ErrTooLarge.
	JournalBytes int64
	// MemoryBytes bounds the journal of a store in Memory. The default is DefaultMemoryBytes, 32 MiB; the minimum is
	// MinMemoryBytes, 1 MiB. An event takes its document and about 60 bytes. The quarantine has an eighth as much in addition, and
	// events under delivery are in memory a second time. An event that does not fit into an empty journal is refused with
	// ErrTooLarge.
	MemoryBytes int64
	// QuarantineBytes bounds the quarantine file for events that are appended with a [Refusal]. The default is
	// DefaultQuarantineBytes, 256 MiB; the minimum is MinQuarantineBytes, 1 MiB. When the file has that size, Append refuses further
	// events with a Refusal. Events that the sink refuses are always kept, since they were accepted. A store in Memory has an
	// eighth of MemoryBytes instead.
	QuarantineBytes int64
	// JournalFull is the policy at the journal's bound: Reject or Block. The default is Reject.
	JournalFull FullPolicy
	// SyncInterval is the time between two fsyncs of the journal. The default is DefaultSyncInterval, 100 ms; the minimum is
	// MinSyncInterval, 1 ms. A power failure can lose the events of one interval, unless a caller waited for AckSynced.
	SyncInterval time.Duration
	// BatchSize is the largest number of events in one delivery. The default is DefaultBatchSize, the maximum MaxBatchSize.
	BatchSize int
	// OnInsertAttempt are functions that the writer calls after every attempt to deliver events. The writer waits for them. See
	// also [Store.OnInsertAttempt].
	OnInsertAttempt []func(InsertAttempt)
	// Suppression knows the users whose events are neither delivered nor kept. Nil means that there are none.
	Suppression Suppression
	// Sinks are further sinks. Each gets every event, at its own pace. See [SinkConfig].
	Sinks []SinkConfig
	// Consumers read every event in addition to the sinks, at their own pace. See [Consumer].
	Consumers []Consumer
	// Logger receives the log of the background work. The default is slog.Default.
	Logger *slog.Logger

	files     journal.FS    // that the journal is on; nil: the operating system's
	removable bool          // the directory is removed by Shutdown when nothing is left in it
	adoptEach time.Duration // how often Open's store looks for directories to adopt
}

// The bounds of [Config].
const (
	// MinJournalBytes suits volumes of 16 MiB. A segment is an eighth of a small journal, so that delivered events free space
	// early.
	MinJournalBytes    = 4 << 20
	MinMemoryBytes     = 1 << 20
	MinQuarantineBytes = 1 << 20
	MinSyncInterval    = time.Millisecond
	MaxBatchSize       = 100_000
)

// Validate returns every mistake in the configuration, joined. Open does the same.
func (c Config) Validate() error {
	_, err := c.withDefaults()
	return err
}

// withDefaults returns the configuration with defaults filled in, or every mistake joined.
func (c Config) withDefaults() (Config, error) {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf("eventstore: "+format, args...)) }
	c.Dir = cmp.Or(c.Dir, DefaultDir)
	c.adoptEach = cmp.Or(c.adoptEach, adoptInterval)
	c.JournalBytes = cmp.Or(c.JournalBytes, DefaultJournalBytes)
	c.MemoryBytes = cmp.Or(c.MemoryBytes, DefaultMemoryBytes)
	c.QuarantineBytes = cmp.Or(c.QuarantineBytes, DefaultQuarantineBytes)
	c.SyncInterval = cmp.Or(c.SyncInterval, DefaultSyncInterval)
	c.BatchSize = cmp.Or(c.BatchSize, DefaultBatchSize)
	c.Logger = cmp.Or(c.Logger, slog.Default())
	c.Logger = safelog.Logger(c.Logger).With("component", "otelanalytics")
	if parent, auto := ParentDir(c.Dir); auto && parent == "" {
		bad("Config.Dir is %q; give a path after the colon, or %s alone for directories below %s", c.Dir, DirAuto, DefaultDir)
	}
	if c.JournalBytes < MinJournalBytes {
		bad("Config.JournalBytes is %d; it must be at least %d (4 MiB)", c.JournalBytes, MinJournalBytes)
	}
	if c.Storage > Memory {
		bad("Config.Storage is %d; known are Disk (0) and Memory (1)", c.Storage)
	}
	if c.MemoryBytes < MinMemoryBytes {
		bad("Config.MemoryBytes is %d; it must be at least %d (1 MiB)", c.MemoryBytes, MinMemoryBytes)
	}
	if c.QuarantineBytes < MinQuarantineBytes {
		bad("Config.QuarantineBytes is %d; it must be at least %d (1 MiB)", c.QuarantineBytes, MinQuarantineBytes)
	}
	if c.JournalFull > Block {
		bad("Config.JournalFull is %d; known are Reject (0) and Block (1)", c.JournalFull)
	}
	if c.SyncInterval < MinSyncInterval {
		bad("Config.SyncInterval is %v; it must be at least %v", c.SyncInterval, MinSyncInterval)
	}
	if c.BatchSize < 0 || c.BatchSize > MaxBatchSize {
		bad("Config.BatchSize is %d; it must be between 1 and %d", c.BatchSize, MaxBatchSize)
	}
	c.Sinks = slices.Clone(c.Sinks)
	errs = append(errs, c.checkSinks()...)
	c.Consumers = slices.Clone(c.Consumers)
	for i := range c.Consumers {
		consumer := &c.Consumers[i]
		consumer.BatchSize = cmp.Or(consumer.BatchSize, DefaultBatchSize)
		errs = append(errs, consumer.check()...)
	}
	return c, errors.Join(errs...)
}
