// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// variablePrefix begins the name of every environment variable of the SDK.
const variablePrefix = "OTELANALYTICS_"

// setting is one setting of [Config]: its key in the file, its variable, and how its text is read. A list is
// one text with commas.
type setting struct {
	key      string // dotted
	variable string // without the prefix
	secret   bool
	list     bool
	set      func(c *Config, text string) error
}

// settings is the one table of them: the file, the environment and the documentation follow it.
func settings() []setting {
	return []setting{
		{key: "event_map", variable: "EVENT_MAP", set: text(func(c *Config) *string { return &c.EventMap })},
		{key: "data_dir", variable: "DATA_DIR", set: text(func(c *Config) *string { return &c.DataDir })},
		{key: "mongodb.uri", variable: "MONGODB_URI", secret: true, set: func(c *Config, s string) error { c.MongoDBURI = Secret(s); return nil }},
		{key: "mongodb.database", variable: "MONGODB_DATABASE", set: text(func(c *Config) *string { return &c.Database })},
		{key: "mongodb.collection", variable: "MONGODB_COLLECTION", set: text(func(c *Config) *string { return &c.Collection })},
		{key: "mongodb.indexes", variable: "MONGODB_INDEXES", set: func(c *Config, s string) (err error) {
			indexes := false
			err = boolean(&indexes, s)
			c.WithoutIndexes = !indexes
			return err
		}},
		{key: "mongodb.ttl", variable: "MONGODB_TTL", set: func(c *Config, s string) error { return duration(&c.TTL, s, 0) }},
		{key: "mongodb.batch_size", variable: "MONGODB_BATCH_SIZE", set: func(c *Config, s string) error { return whole(&c.BatchSize, s, 1, 100_000) }},
		{key: "mongodb.write_timeout", variable: "MONGODB_WRITE_TIMEOUT", set: func(c *Config, s string) error { return duration(&c.WriteTimeout, s, time.Millisecond) }},
		{key: "journal.max_bytes", variable: "JOURNAL_MAX_BYTES", set: func(c *Config, s string) error { return byteSize(&c.JournalBytes, s, 64<<20) }},
		{key: "journal.full", variable: "JOURNAL_FULL", set: func(c *Config, s string) error {
			return word(&c.JournalFull, s, map[string]eventstore.FullPolicy{"reject": eventstore.Reject, "block": eventstore.Block}, "reject, block")
		}},
		{key: "journal.sync_interval", variable: "JOURNAL_SYNC_INTERVAL", set: func(c *Config, s string) error { return duration(&c.SyncInterval, s, time.Millisecond) }},
		{key: "ack", variable: "ACK", set: func(c *Config, s string) error {
			return word(&c.Ack, s, map[string]Ack{"written": AckWritten, "synced": AckSynced, "stored": AckStored}, "written, synced, stored")
		}},
		{key: "key_window", variable: "KEY_WINDOW", set: func(c *Config, s string) error { return whole(&c.KeyWindow, s, 0, 100_000_000) }},
		{key: "strict", variable: "STRICT", set: func(c *Config, s string) error { return boolean(&c.Strict, s) }},
		{key: "metrics.enabled", variable: "METRICS_ENABLED", set: func(c *Config, s string) error { return boolean(&c.MetricsEnabled, s) }},
		{key: "metrics.modules_disabled", variable: "MODULES_DISABLED", list: true, set: func(c *Config, s string) error { return names(&c.ModulesDisabled, s) }},
		{key: "metrics.events_disabled", variable: "EVENTS_DISABLED", list: true, set: func(c *Config, s string) error { return names(&c.EventsDisabled, s) }},
		{key: "redact_key", variable: "REDACT_KEY", secret: true, set: func(c *Config, s string) error {
			if len(s) < minRedactKey {
				return fmt.Errorf("has %d bytes; it must have at least %d", len(s), minRedactKey)
			}
			c.RedactKey = Secret(s)
			return nil
		}},
		{key: "log_level", variable: "LOG_LEVEL", set: func(c *Config, s string) error {
			levels, err := ParseLevels(s)
			if err != nil {
				return err
			}
			c.LogLevel = levels
			return nil
		}},
	}
}

func text(field func(*Config) *string) func(*Config, string) error {
	return func(c *Config, s string) error {
		*field(c) = s
		return nil
	}
}

// boolean reads true or false, in upper or lower case, as OpenTelemetry's environment variables have them.
func boolean(to *bool, s string) error {
	switch strings.ToLower(s) {
	case "true":
		*to = true
	case "false":
		*to = false
	default:
		return errors.New("must be true or false")
	}
	return nil
}

func whole(to *int, s string, lo, hi int) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < lo || n > hi {
		return fmt.Errorf("must be a whole number from %d to %d", lo, hi)
	}
	*to = n
	return nil
}

func duration(to *time.Duration, s string, lo time.Duration) error {
	d, err := time.ParseDuration(s)
	if err != nil || d < lo {
		return fmt.Errorf("must be a duration of at least %v, such as 100ms, 30s or 720h", lo)
	}
	*to = d
	return nil
}

// byteSize reads a number of bytes, with or without a binary unit.
func byteSize(to *int64, s string, lo int64) error {
	factor, digits := int64(1), s
	for _, unit := range []struct {
		suffix string
		factor int64
	}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40}} {
		if rest, ok := strings.CutSuffix(s, unit.suffix); ok {
			digits, factor = strings.TrimSpace(rest), unit.factor
			break
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n > (1<<62)/factor || n*factor < lo {
		return fmt.Errorf("must be a number of bytes of at least %d, such as 67108864, 64MiB or 1GiB", lo)
	}
	*to = n * factor
	return nil
}

func word[T any](to *T, s string, known map[string]T, list string) error {
	v, ok := known[strings.ToLower(s)]
	if !ok {
		return errors.New("is not known; known: " + list)
	}
	*to = v
	return nil
}

// names reads a list with commas. Empty parts are left out.
func names(to *[]string, s string) error {
	var all []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, part)
		}
	}
	*to = all
	return nil
}
