// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"math/rand/v2"
	"time"
)

const (
	backoffMin = 100 * time.Millisecond
	backoffMax = 5 * time.Second
)

// backoff spaces attempts: each wait is a random part, at least half, of a bound that doubles from 100 ms
// to 5 s, so that many processes do not come back at once.
type backoff struct{ bound time.Duration }

func (b *backoff) reset() { b.bound = 0 }

// wait sleeps until the next attempt is due, or returns ctx's error.
func (b *backoff) wait(ctx context.Context) error {
	b.bound = min(max(2*b.bound, backoffMin), backoffMax)
	timer := time.NewTimer(b.bound/2 + rand.N(b.bound/2+1))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
