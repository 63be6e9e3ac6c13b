// SPDX-License-Identifier: Apache-2.0

// Package defaults holds the defaults and bounds that package mongostore and the configuration's table share.
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
