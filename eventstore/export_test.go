// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
)

// OpenOn is Open with the journal on another file system.
func OpenOn(sink Sink, c Config, files journal.FS) (*Store, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	c.files = files
	return start(context.Background(), sink, c)
}

// OpenSmall is Open with a bound of the journal that Config refuses, so that a few events reach it.
func OpenSmall(sink Sink, c Config, journalBytes int64) (*Store, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	c.JournalBytes, c.MemoryBytes = journalBytes, journalBytes
	return start(context.Background(), sink, c)
}
