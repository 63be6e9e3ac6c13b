// SPDX-License-Identifier: Apache-2.0

package eventstore

// Bystander is a [Sink] that is told of events which it does not get, because only a part of their type is stored. Package uniques
// has one: it counts distinct users of all events.
type Bystander interface {
	// PassOver is called by the goroutine that tracks the event, once, and is not called again after a crash. It must be quick, must not
	// change the event, and must not keep its document. It is called by several goroutines at the same time.
	PassOver(e Event)
}

// Bystands reports whether a sink is a [Bystander].
func (s *Store) Bystands() bool { return len(s.bystanders) > 0 }

// PassOver tells each sink that is a [Bystander] of an event which is not appended. A panic of the sink is counted as an error.
func (s *Store) PassOver(e Event) {
	defer func() {
		if recover() != nil {
			s.tally.failed("panic", "PassOver of the sink panicked")
		}
	}()
	for _, b := range s.bystanders {
		b.PassOver(e)
	}
}
