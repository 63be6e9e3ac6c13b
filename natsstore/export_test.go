// SPDX-License-Identifier: Apache-2.0

package natsstore

import "time"

// Age has the stream seem to have been seen that long ago.
func (s *Sink) Age(d time.Duration) {
	if seen := s.stream.fits.Load(); seen != nil {
		then := seen.Add(-d)
		s.stream.fits.Store(&then)
	}
}

// Age has the consumer seem to have been looked up that long ago. Call it as Next is called.
func (c *Consumer) Age(d time.Duration) { c.looked = c.looked.Add(-d) }
