// SPDX-License-Identifier: Apache-2.0

package eventstore

import "time"

const (
	backoffMin = 100 * time.Millisecond
	backoffMax = 5 * time.Second
)

// backoff spaces attempts, by pauses that grow.
type backoff struct {
	n   int
	due time.Time // of the next attempt
}

func (b *backoff) reset() { *b = backoff{} }

// begin begins the pause before the next attempt.
func (b *backoff) begin(now time.Time) {
	b.n++
	b.due = now.Add(pause(b.n))
}
