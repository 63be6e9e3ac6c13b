// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// sameKey has several processes' events with one key, and so with one id: the sink keeps the first one.
func sameKey(s *suite) {
	if !s.deduplicates {
		s.Skip("storetest: the sink does not deduplicate")
	}
	at := time.UnixMilli(1_800_000_000_000)
	kept := []eventstore.Event{s.keyed(1, accepted{at, "one"}), s.keyed(2, accepted{at, "one"})}
	s.delivered(clone(kept))
	for _, test := range []struct {
		name string
		as   accepted
		want eventstore.Outcome
	}{
		{"the event itself", accepted{at, "one"}, eventstore.Redelivered},
		{"an event of another moment", accepted{at.Add(time.Millisecond), "one"}, eventstore.Deduplicated},
		{"an event of another process", accepted{at, "two"}, eventstore.Deduplicated},
		{"an event of a process without a name", accepted{at, ""}, eventstore.Deduplicated},
		{"the event itself, after those", accepted{at, "one"}, eventstore.Redelivered},
	} {
		beside := s.event(0)
		kept = append(kept, beside)
		s.judged(test.name, s.delivered(clone([]eventstore.Event{s.keyed(1, test.as), beside}))[0], test.want)
	}
	// In one delivery, either of two may be the first.
	first, second := s.keyed(3, accepted{at, "one"}), s.keyed(3, accepted{at, "two"})
	v := s.delivered(clone([]eventstore.Event{first, second}))
	if v[1].Outcome == eventstore.Stored {
		first, v[0], v[1] = second, v[1], v[0]
	}
	s.judged("one of two events in one delivery", v[0], eventstore.Stored)
	s.judged("the other one of them", v[1], eventstore.Deduplicated)
	s.holds(append(kept, first))
}

// keyed is an event whose id is made of a key: a version 5 UUID.
func (s *suite) keyed(key byte, as accepted) eventstore.Event {
	return s.acceptedEvent([16]byte{0: key, 6: 0x50, 8: 0x80}, int(key), as)
}

// judged checks a verdict of a sink that deduplicates. One that does not distinguish may say Redelivered of another event.
func (s *suite) judged(name string, v eventstore.Verdict, want eventstore.Outcome) {
	s.Helper()
	got := v.Outcome
	if want == eventstore.Deduplicated && got == eventstore.Redelivered && !s.distinguishes {
		return
	}
	if got != want {
		s.Errorf("%s: the outcome is %d, want %d", name, got, want)
	}
}
