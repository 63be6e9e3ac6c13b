// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"slices"
	"sync"
	"time"
)

// InsertAttempt describes one attempt to deliver events to the sink.
type InsertAttempt struct {
	Size     int // events
	Duration time.Duration
	Err      error // nil when each event was stored, quarantined, or is to be delivered by itself
}

// OnInsertAttempt calls f after every attempt to deliver, in addition to [Config.OnInsertAttempt], until you call stop. The
// writer waits for f. Therefore f must not wait for deliveries, as Flush and Shutdown do. A panic in f is logged. A call
// that is running when stop returns may still end later.
func (s *Store) OnInsertAttempt(f func(InsertAttempt)) (stop func()) {
	if f == nil {
		return func() {}
	}
	return s.listeners.add(f)
}

// listeners are those who hear of something.
type listeners[T any] struct {
	mu     sync.Mutex // guards all, whose elements are never changed
	all    []*func(T)
	failed func(error) // hears of listeners that panic
}

func (l *listeners[T]) add(f func(T)) (remove func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(slices.Clip(l.all), &f)
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.all = slices.DeleteFunc(slices.Clone(l.all), func(have *func(T)) bool { return have == &f })
	}
}

func (l *listeners[T]) tell(what string, news T) {
	l.mu.Lock()
	all := l.all
	l.mu.Unlock()
	for _, f := range all {
		if err := <-isolated("a listener to "+what, func() error { (*f)(news); return nil }); err != nil {
			l.failed(err)
		}
	}
}

// listenerFailed remembers that a listener panicked, and logs the first time.
func (s *Store) listenerFailed(err error) {
	s.tally.last(err.Error())
	s.listenerLogged.Do(func() {
		s.log.sink.Error(s.name+": a listener failed; events are delivered all the same", "error", err)
	})
}
