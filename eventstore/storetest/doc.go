// SPDX-License-Identifier: Apache-2.0

// Package storetest has the tests that every eventstore.Sink must pass.
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
// # The tests
//
//   - Events arrive with their ids and documents, directly and through a real queue.
//   - The same holds for one of several sinks of a queue, on a disk and in memory. While it is down, the other sinks get their
//     events.
//   - A sink that is an eventstore.SizeLimiter takes an event of its maximum size. The queue in front of it refuses a larger one.
//   - Each verdict is true: the sink has every event that it calls Stored or Redelivered, and no event that it calls Refused.
//   - An event that is delivered twice is stored. With [Harness.Deduplicates], the sink stores it once and answers Redelivered.
//   - With [Harness.Deduplicates], the sink stores the first of two events with the same id. With [Harness.Distinguishes], it
//     answers Deduplicated for the second one.
//   - Deliver returns soon after its context ends, changes nothing in the events, and keeps none of their memory.
//   - Errors contain no part of a document.
//
// The hooks of [Subject] add these tests:
//
//   - An outage puts no event into quarantine, and ends.
//   - A sink that stalls returns when its context ends.
//   - An event that the sink refuses is quarantined alone.
//   - An answer about a part of the events loses none of the others.
//
// When a hook is missing, its tests are skipped by name.
//
// # Limits
//
// The suite reads the sink's events. It cannot test whether they survive a crash of the sink's own machine.
package storetest
