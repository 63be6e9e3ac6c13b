// SPDX-License-Identifier: Apache-2.0

// Package eventstore is a durable queue for events: a journal on disk, and a writer that delivers to a sink.
//
//	store, err := eventstore.Open(ctx, sink, eventstore.Config{Dir: "otelanalytics-data"})
//	...
//	receipt, err := store.Append(ctx, eventstore.Event{ID: id, Type: "user_logged_in", Document: doc}, eventstore.AckSynced)
//	...
//	err = receipt.Wait(ctx)
//	...
//	err = store.Shutdown(deadline) // a context that has not ended, with a deadline
//
// It knows no database. Package mongostore has the sink for MongoDB and opens both in one call, which is what most programs
// want; they hand the result to otelanalytics.New. Package memsink keeps events in memory, for tests. Package storetest has the
// tests that a [Sink] of your own must pass.
//
// # Guarantees
//
// An event whose Append returned nil is in the journal file: it survives the death of the process, and
// the death of the machine as soon as it is synced, at most SyncInterval later. A background writer offers
// events to the sink in batches, in their order, and removes them from the journal when the sink has
// them. It delivers at least once: a batch that was delivered and not yet noted as such is delivered again after a
// crash. A sink that can tell by [Event].ID what it has makes that exactly once.
//
// The sink may be out at the start or at any later time: Append does not notice, and the writer tries again
// until it is back. An event that the sink will never take goes to the quarantine file, with the reason,
// and the others pass it. No event is dropped.
//
// # Consumers
//
// A [Consumer] is a function that gets every event, too, in the order of Append and in its own time. Each consumer has a place of
// its own in the journal, and an event stays there until the sink and all consumers are done with it. Acknowledgements, Flush,
// quarantine and [Stats].Pending are about the sink alone.
//
// # Looking at a data directory
//
// [InspectJournal], [ReadPending] and [ReadQuarantine] look at a directory, also beside the process that uses it.
// [Store.ReplayQuarantine] and [Store.Maintain] change what is kept.
//
// # Processes side by side
//
// With [DirAuto], or DirAuto, a colon and a path, as [Config].Dir each process has a directory of its own below one parent. Open takes
// the directory of a process that is dead, or makes a new one. A process that runs also adopts the directories of other dead
// processes, one after the other, at its start and about every minute: it delivers what is in them to its own sink, which must
// have the same destination ([Destined]), and counts it in [Stats].Recovered. Shutdown removes the store's directory when nothing
// is left in it: no event, no line of the quarantine file, no damaged segment. The lock in each journal decides whose it is.
// docs/short-lived.md has the details.
//
// # Limits
//
// One process at a time uses a directory. The journal is bounded: see Config.JournalBytes and Config.JournalFull. Events are
// delivered in about the order of Append; one that is refused or offered again comes later than those behind it.
package eventstore
