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
