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
// The package depends on no database. Most programs use package mongostore: its Open makes the sink for MongoDB and the store in one
// call. They pass the store to otelanalytics.New. Package memsink keeps events in memory, for tests. Package storetest has the
// tests that your own [Sink] must pass.
//
// # Guarantees
//
// An event whose Append returned nil is in the journal file and survives the death of the process. Once it is synced, at most
// SyncInterval later, it also survives a power failure of the machine.
//
// A background writer offers events to the sink in batches, in their order, and removes them from the journal when the sink has
// them. It delivers at least once: after a crash it delivers a batch again if the delivery was not noted yet. A sink that
// deduplicates by [Event].ID makes that exactly once.
//
// The sink may be down at the start or at any later time. Append does not depend on it, and the writer retries
// until the sink is back. An event that the sink will never take goes to the quarantine file, with the reason,
// and the other events continue. No event is dropped.
//
// # Consumers
//
// A [Consumer] is a function that also gets every event, in the order of Append and at its own pace. Each consumer has its
// own position in the journal. An event stays there until the sink and all consumers are done with it. Acknowledgements, Flush,
// quarantine and [Stats].Pending are about the sink alone.
//
// # Inspecting a data directory
//
// [InspectJournal], [ReadPending] and [ReadQuarantine] read a directory, also while a process uses it.
// [Store.ReplayQuarantine] and [Store.Maintain] change its contents.
//
// # Processes side by side
//
// Set [Config].Dir to [DirAuto], or to DirAuto, a colon and a path. Each process then has its own directory below one parent. Open
// takes the directory of a dead process, or makes a new one.
//
// A running process also adopts the directories of other dead processes, one after the other, at its start and about every minute.
// It delivers their events to its own sink, which must have the same destination ([Destined]), and counts them in
// [Stats].Recovered. The lock in each journal decides which process owns it.
//
// Shutdown removes the store's directory when it is empty: no event, no line of the quarantine file, no damaged segment.
// docs/short-lived.md has the details.
//
// # Limits
//
// One process at a time uses a directory. The journal is bounded: see Config.JournalBytes and Config.JournalFull. Events are
// delivered approximately in the order of Append. An event that is refused or offered again arrives after later ones.
package eventstore
