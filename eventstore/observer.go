// SPDX-License-Identifier: Apache-2.0

package eventstore

import "time"

// Batch describes one attempt to insert events into MongoDB.
type Batch struct {
	Size     int
	Duration time.Duration
	Err      error // nil when every event was stored or quarantined
}

// OnBatch has f called after every attempt to insert a batch, by the writer's goroutine, which waits for
// it. A nil f ends that. There is one observer at a time.
func (s *Store) OnBatch(f func(Batch)) {
	s.onBatch.Store(&f)
}

func (s *Store) observeBatch(b Batch) {
	if f := s.onBatch.Load(); f != nil && *f != nil {
		(*f)(b)
	}
}
