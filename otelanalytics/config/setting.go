// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/defaults"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// setting is one row of the table that the file, the environment, the defaults and docs/configuration.md
// share.
type setting struct {
	key      string // in the file; a dot stands for a level of indentation
	variable string // empty: none, because only a file can have it
	code     string // where code sets it
	standard string // the default, as the environment would have it; empty: none
	meaning  string
	value    value
}

// Parts of the variables' names.
const (
	variablePrefix = "OTELANALYTICS_"
	testPrefix     = "OTELANALYTICS_TEST_" // not read, and left alone
	fileVariable   = "OTELANALYTICS_CONFIG_FILE"

	ingestPrefix = "ingest." // of keys

	telemetryPrefix = "OTELANALYTICS_PROMETHEUS_" // read by package telemetry
)

// maxKeyWindow bounds the memory of the keys.
const maxKeyWindow = 100_000_000

// minObserversInterval is the smallest time between two readings of a gauge that a configuration can set.
const minObserversInterval = time.Second

// settings returns the table.
func settings() []setting {
	return append([]setting{
		{
			"event_map", "OTELANALYTICS_EVENT_MAP", "`eventmap.ParseFile`", "",
			"path of the event map; a relative one starts from the working directory",
			textValue(func(c *Config) *string { return &c.EventMap }),
		},
		{
			"mongodb.uri", "OTELANALYTICS_MONGODB_URI", "`mongostore.Config.URI`", "",
			"MongoDB's connection string; a secret",
			uriValue(func(c *Config) *Secret { return &c.URI }),
		},
		{
			"mongodb.database", "OTELANALYTICS_MONGODB_DATABASE", "`mongostore.Config.Database`", defaults.Database,
			"the database for the documents",
			textValue(func(c *Config) *string { return &c.Database }),
		},
		{
			"mongodb.collection", "OTELANALYTICS_MONGODB_COLLECTION", "`mongostore.Config.Collection`", defaults.Collection,
			"the collection for the documents",
			textValue(func(c *Config) *string { return &c.Collection }),
		},
		{
			"mongodb.ttl", "OTELANALYTICS_MONGODB_TTL", "`mongostore.Config.TTL`", "0s",
			fmt.Sprintf("how long MongoDB keeps an event after it was accepted: whole seconds, from `%v` to `%v`; `never`: for ever; `0s`: the index of the collection is not changed", defaults.MinTTL, defaults.MaxTTL),
			lifetimeValue(func(c *Config) *time.Duration { return &c.TTL }),
		},
		{
			"mongodb.ttl_shorten", "OTELANALYTICS_MONGODB_TTL_SHORTEN", "`mongostore.Config.TTLShorten`", "false",
			"apply `mongodb.ttl` even if MongoDB then deletes older documents at once",
			booleanValue(func(c *Config) *bool { return &c.TTLShorten }),
		},
		{
			"mongodb.indexes", "OTELANALYTICS_MONGODB_INDEXES", "`mongostore.Config.WithoutIndexes`", "true",
			"create the indexes when the store opens; `false` leaves them to you",
			negatedValue(func(c *Config) *bool { return &c.WithoutIndexes }),
		},
		{
			"mongodb.batch_size", "OTELANALYTICS_MONGODB_BATCH_SIZE", "`mongostore.Config.BatchSize`", strconv.Itoa(eventstore.DefaultBatchSize),
			fmt.Sprintf("the most documents in one insert, from 1 to %d; larger batches are split for a server that takes fewer", eventstore.MaxBatchSize),
			integerValue(1, eventstore.MaxBatchSize, func(c *Config) *int { return &c.BatchSize }),
		},
		{
			"mongodb.write_timeout", "OTELANALYTICS_MONGODB_WRITE_TIMEOUT", "`mongostore.Config.WriteTimeout`", defaults.WriteTimeout.String(),
			fmt.Sprintf("the timeout of one attempt to insert a batch; at least `%v`", defaults.MinWriteTimeout),
			intervalValue(defaults.MinWriteTimeout, func(c *Config) *time.Duration { return &c.WriteTimeout }),
		},
		{
			"data_dir", "OTELANALYTICS_DATA_DIR", "`mongostore.Config.Dir`", eventstore.DefaultDir,
			"the directory of the journal and the quarantine file, on a disk that outlives the process; `auto`, or `auto:` and a path: a directory for each process, below `otelanalytics-data` or that path",
			textValue(func(c *Config) *string { return &c.Dir }),
		},
		{
			"journal.storage", "OTELANALYTICS_JOURNAL_STORAGE", "`mongostore.Config.Storage`", eventstore.Disk.String(),
			"where events are until MongoDB has them: `disk`: in `data_dir`; `memory`: for read-only file systems; the process then loses the events that MongoDB does not have when it ends",
			wordValue(eventstore.Storages(), func(c *Config) *eventstore.Storage { return &c.Storage }),
		},
		{
			"journal.max_memory", "OTELANALYTICS_JOURNAL_MAX_MEMORY", "`mongostore.Config.MemoryBytes`", "32MiB",
			fmt.Sprintf("the maximum size of the journal with `storage: memory`; at least `%dMiB`", eventstore.MinMemoryBytes>>20),
			sizeValue(eventstore.MinMemoryBytes, func(c *Config) *int64 { return &c.MemoryBytes }),
		},
		{
			"journal.max_quarantine", "OTELANALYTICS_JOURNAL_MAX_QUARANTINE", "`mongostore.Config.QuarantineBytes`", "256MiB",
			fmt.Sprintf("the size of the quarantine file from which events that violate the event map are refused, with `on_violation: quarantine`; at least `%dMiB`", eventstore.MinQuarantineBytes>>20),
			sizeValue(eventstore.MinQuarantineBytes, func(c *Config) *int64 { return &c.QuarantineBytes }),
		},
		{
			"journal.max_bytes", "OTELANALYTICS_JOURNAL_MAX_BYTES", "`mongostore.Config.JournalBytes`", "1GiB",
			fmt.Sprintf("the maximum size of the journal on disk; at least `%dMiB`", eventstore.MinJournalBytes>>20),
			sizeValue(eventstore.MinJournalBytes, func(c *Config) *int64 { return &c.JournalBytes }),
		},
		{
			"journal.full", "OTELANALYTICS_JOURNAL_FULL", "`mongostore.Config.JournalFull`", eventstore.Reject.String(),
			"when the journal has its maximum size: `reject` events, or `block` until there is space or the call's context ends",
			wordValue([]eventstore.FullPolicy{eventstore.Reject, eventstore.Block},
				func(c *Config) *eventstore.FullPolicy { return &c.JournalFull }),
		},
		{
			"journal.sync_interval", "OTELANALYTICS_JOURNAL_SYNC_INTERVAL", "`mongostore.Config.SyncInterval`", eventstore.DefaultSyncInterval.String(),
			fmt.Sprintf("how often the journal is fsynced; a power failure can lose events of this interval that are acknowledged as `written`; at least `%v`", eventstore.MinSyncInterval),
			intervalValue(eventstore.MinSyncInterval, func(c *Config) *time.Duration { return &c.SyncInterval }),
		},
		{
			"ack", "OTELANALYTICS_ACK", "`WithDefaultAck`", eventstore.AckWritten.String(),
			"what is done with an event before Track returns: `" + strings.Join(words.Of(eventstore.Acks()), "`, `") + "`",
			wordValue(eventstore.Acks(), func(c *Config) *eventstore.Ack { return &c.Ack }),
		},
		{
			"key_window", "OTELANALYTICS_KEY_WINDOW", "`WithKeyWindow`", strconv.Itoa(DefaultKeyWindow),
			fmt.Sprintf("how many idempotency keys are remembered, up to %d; 0: none", maxKeyWindow),
			windowValue(maxKeyWindow, func(c *Config) *int { return &c.KeyWindow }),
		},
		{
			"strict", "OTELANALYTICS_STRICT", "`WithStrict`", "false",
			"refuse events whose type the event map does not declare",
			booleanValue(func(c *Config) *bool { return &c.Strict }),
		},
		{
			"json_tags", "OTELANALYTICS_JSON_TAGS", "`WithBSONTagsOnly`", "true",
			"name the fields of Go structs by their json tags where they have no bson tags; `false`: by bson tags alone",
			negatedValue(func(c *Config) *bool { return &c.BSONTagsOnly }),
		},
		{
			"metrics.enabled", "OTELANALYTICS_METRICS_ENABLED", "`Switches.SetMetrics`", "true",
			"update metrics; `false` stores events alone",
			negatedValue(func(c *Config) *bool { return &c.MetricsDisabled }),
		},
		{
			"metrics.modules_disabled", "OTELANALYTICS_MODULES_DISABLED", "`Switches.SetModule`", "",
			"modules that update no metrics",
			listValue(func(c *Config) *[]string { return &c.DisabledModules }),
		},
		{
			"metrics.events_disabled", "OTELANALYTICS_EVENTS_DISABLED", "`Switches.SetEvent`", "",
			"entries of the event map that update no metrics; a pattern as it is written there",
			listValue(func(c *Config) *[]string { return &c.DisabledEvents }),
		},
		{
			"observers.enabled", "OTELANALYTICS_OBSERVERS_ENABLED", "`observers.WithSchedule`", "true",
			"read gauges on a schedule; `false` reads none",
			negatedValue(func(c *Config) *bool { return &c.ObserversDisabled }),
		},
		{
			"observers.interval", "OTELANALYTICS_OBSERVERS_INTERVAL", "`observers.WithInterval`", shortened(defaults.ObserversInterval),
			fmt.Sprintf("how often sources without an interval of their own are read; at least `%v`", minObserversInterval),
			intervalValue(minObserversInterval, func(c *Config) *time.Duration { return &c.ObserversInterval }),
		},
		{
			"observers.intervals", "OTELANALYTICS_OBSERVERS_INTERVALS", "`observers.WithSchedule`", "",
			fmt.Sprintf("how often a source is read, by its name, such as `active_users: 10m`, in place of its own interval; at least `%v`", minObserversInterval),
			intervalsValue(minObserversInterval, func(c *Config) *map[string]time.Duration { return &c.ObserversIntervals }),
		},
		{
			"observers.disabled", "OTELANALYTICS_OBSERVERS_DISABLED", "`observers.WithSchedule`", "",
			"sources that are not read",
			listValue(func(c *Config) *[]string { return &c.DisabledObservers }),
		},
		{
			"redact_key", "OTELANALYTICS_REDACT_KEY", "`WithRedactKey`", "",
			"the key for fields with `redact: hash`, at least 16 bytes; a secret",
			keyValue(MinRedactKey, func(c *Config) *Secret { return &c.RedactKey }),
		},
		{
			"suppress_key", "OTELANALYTICS_SUPPRESS_KEY", "`mongostore.Config.SuppressKey`", "",
			"the key of the list of suppressed users, at least 16 bytes, the same in every service; a secret",
			keyValue(MinSuppressKey, func(c *Config) *Secret { return &c.SuppressKey }),
		},
		{
			"uniques_key", "OTELANALYTICS_UNIQUES_KEY", "`uniques.Config.Key`", "",
			"the key of the sketches of distinct users, at least 16 bytes, the same in every service; a secret",
			keyValue(MinUniquesKey, func(c *Config) *Secret { return &c.UniquesKey }),
		},
		{
			"uniques_key_collection", "OTELANALYTICS_UNIQUES_KEY_COLLECTION", "`uniques.Config.KeyFrom`", "",
			"the collection with that key, when `uniques_key` is empty: `name`, or `database.name`; the first service creates the key",
			textValue(func(c *Config) *string { return &c.UniquesKeyCollection }),
		},
		{
			"log_level", "OTELANALYTICS_LOG_LEVEL", "`WithLogLevels`", "",
			"which log records are kept, such as `info,journal=debug`; unset: the logger decides",
			levelsValue(func(c *Config) **Levels { return &c.LogLevels }),
		},
	}, ingestSettings()...)
}

// shortened returns a duration in the usual form: 1m for 1m0s.
func shortened(d time.Duration) string {
	text := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = text[:len(text)-2]
		}
	}
	return text
}
