// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"cmp"
	"time"
)

// How often things are done.
const (
	saveEvery   = time.Minute
	leaseEvery  = 20 * time.Second
	leaseStale  = 45 * time.Second
	leaseTime   = 90 * time.Second
	leaseBehind = 2 * time.Minute
	rollUpEvery = 10 * time.Minute
)

// pace sets how often things are done. Tests that kill processes use a faster one. A field of zero means the constant
// above.
type pace struct {
	save, rollUp time.Duration
	lease        time.Duration // between two renewals of a lease, and between two looks at those of others
	stale        time.Duration // how old a lease may be when a delivery begins
	expiry       time.Duration // how long a lease stays unchanged before its writer is thought to be gone
	behind       time.Duration // how far the lease of a process with nothing open is behind the clock
}

func (p pace) withDefaults() pace {
	return pace{
		save: cmp.Or(p.save, saveEvery), rollUp: cmp.Or(p.rollUp, rollUpEvery), lease: cmp.Or(p.lease, leaseEvery),
		stale: cmp.Or(p.stale, leaseStale), expiry: cmp.Or(p.expiry, leaseTime), behind: cmp.Or(p.behind, leaseBehind),
	}
}
