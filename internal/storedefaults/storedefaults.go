// SPDX-License-Identifier: Apache-2.0

// Package storedefaults holds the defaults and bounds that package mongostore and the configuration's table share.
package storedefaults

import "time"

// The defaults of mongostore.Config that eventstore.Config does not have.
const (
	Database     = "analytics"
	Collection   = "user_events"
	WriteTimeout = 30 * time.Second
)

// MinTTL is the shortest TTL. MongoDB counts seconds.
const MinTTL = time.Second
