// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"log/slog"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// FromConfig returns the store's part of c, for [Open] and [NewReader]. Its logger is slog.Default(), filtered by
// c.LogLevels.
func FromConfig(c config.Config) Config {
	return Config{
		URI:             string(c.URI),
		Database:        c.Database,
		Collection:      c.Collection,
		Storage:         c.Storage,
		MemoryBytes:     c.MemoryBytes,
		QuarantineBytes: c.QuarantineBytes,
		Dir:             c.Dir,
		JournalBytes:    c.JournalBytes,
		JournalFull:     c.JournalFull,
		SyncInterval:    c.SyncInterval,
		BatchSize:       c.BatchSize,
		WriteTimeout:    c.WriteTimeout,
		WithoutIndexes:  c.WithoutIndexes,
		TTL:             c.TTL,
		TTLShorten:      c.TTLShorten,
		SuppressKey:     string(c.SuppressKey),
		Logger:          c.LogLevels.Logger(slog.Default()),
	}
}
