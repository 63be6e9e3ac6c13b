// SPDX-License-Identifier: Apache-2.0

// Package memsink keeps delivered events in memory, for tests of programs that append to an eventstore.Store.
//
//	sink := memsink.New()
//	store, err := eventstore.Open(ctx, sink, eventstore.Config{Dir: t.TempDir()})
//	...
//	err = store.Flush(ctx)
//	for _, e := range sink.Events() {
//		…
//	}
//
// Tests of a program that tracks events with package otelanalytics use package analyticstest, which is built on this one.
//
// # Guarantees
//
// Each event is kept once, however often it is delivered, in the order of its first delivery. Events are copies.
//
// # Limits
//
// Nothing is ever dropped but by Reset, and nothing survives the process.
package memsink
