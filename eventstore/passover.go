// SPDX-License-Identifier: Apache-2.0

package eventstore

// Bystander is a [Sink] that is told about events that it does not get, because only a sample of their type is stored. Package
// uniques has one: it counts distinct users of all events.
type Bystander interface {
	// PassOver is called once by the goroutine that tracks the event. It is not called again after a crash. Several goroutines
	// call it at the same time. It must be quick, must not change the event, and must not keep its document.
	PassOver(e Event)
}

// Bystands reports whether any sink is a [Bystander].
func (s *Store) Bystands() bool { return len(s.bystanders) > 0 }

// PassOver tells each sink that is a [Bystander] about an event that is not appended. A panic of the sink is counted as an error.
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
