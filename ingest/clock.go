// SPDX-License-Identifier: Apache-2.0

package ingest

import "time"

// happened returns when an event happened by the clock of this machine. The clock of the client may be wrong, and tells by
// sentAt how wrong: received − (sent − original), as Segment defines it. Without sentAt the client's clock is believed.
// The zero time is now.
func happened(received, sent, original time.Time) time.Time {
	if original.IsZero() || sent.IsZero() {
		return original
	}
	return received.Add(-sent.Sub(original))
}
