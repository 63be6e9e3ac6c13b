// SPDX-License-Identifier: Apache-2.0

// Package storetest holds the tests that every eventstore.Sink must pass.
//
//	func TestSink(t *testing.T) {
//		storetest.Run(t, storetest.Harness{
//			New: func(t testing.TB) storetest.Subject {
//				s := openSink(t)
//				return storetest.Subject{Sink: s, Stored: func() ([]eventstore.Event, error) { return s.readAll() }}
//			},
//		})
//	}
//
// Run it with -race: the suite calls the sink from several goroutines.
//
// # What is tested
//
//   - Events arrive with their ids and documents, directly and through a real queue.
//   - The same holds for one of several sinks of a queue, on a disk and in memory; while it is out, the others get their events.
//   - A sink that is an eventstore.SizeLimiter takes an event of that size, and the queue in front of it refuses a larger one.
//   - Each verdict is true: the sink has what it calls Stored or Redelivered, and does not have what it calls Refused.
//   - An event that is delivered twice is there. A sink that declares [Harness.Deduplicates] has it once, and says Redelivered.
//     Of two events with one id it has the first; with [Harness.Distinguishes] it says Deduplicated of the other one.
//   - Deliver returns soon after its context ends, changes nothing in the events, and keeps none of their memory.
//   - Errors hold no part of a document.
//   - With the hooks of [Subject]: an outage condemns no event, and ends; a sink that stalls obeys its context; an event
//     that the sink refuses is quarantined alone; and an answer about a part of the events costs none of the others.
//
// A hook that is missing skips its tests by name.
//
// # Limits
//
// The suite reads the sink back. It cannot tell whether what was stored survives a crash of the sink's own machine.
package storetest
