// SPDX-License-Identifier: Apache-2.0

// Package defaults holds the defaults and bounds that the table of the configuration shares with packages mongostore, observers and
// ingest.
package defaults

import (
	"math"
	"time"
)

// The defaults of mongostore.Config that eventstore.Config does not have.
const (
	Database     = "analytics"
	Collection   = "user_events"
	WriteTimeout = 30 * time.Second
)

// ObserversInterval is the default of observers.WithInterval.
const ObserversInterval = time.Minute

// MinWriteTimeout is the smallest time that an attempt to insert a batch can be given.
const MinWriteTimeout = time.Millisecond

// The bounds of a TTL. MongoDB counts whole seconds, in 32 bits.
const (
	MinTTL = time.Second
	MaxTTL = math.MaxInt32 * time.Second
)

// TTLNever is the TTL that has events kept for ever. 0 says nothing about it.
const TTLNever time.Duration = -1

// ValidTTL reports whether MongoDB can be told so, or is not told anything.
func ValidTTL(d time.Duration) bool {
	return d == 0 || d == TTLNever || d >= MinTTL && d <= MaxTTL && d%time.Second == 0
}

// MinUniquesKey is the length of the shortest key of sketches, in bytes.
const MinUniquesKey = 16

// MinSuppressKey is the length of the shortest key of the list of suppressed users, in bytes.
const MinSuppressKey = 16

// The defaults of ingest.Config.
const (
	IngestBodyBytes   = 24 << 20
	IngestBodyTimeout = 15 * time.Second
)

// MinIngestBodyBytes is the least that ingest.Config.MaxBytesInFlight can be in a configuration.
const MinIngestBodyBytes = 1 << 20
