// SPDX-License-Identifier: Apache-2.0

// Package observers feeds gauges of the event map that nothing tracks: active users, connections, whatever the
// application can ask for. They are read on a schedule, never by a scrape, so that a slow source slows down nobody and
// two scrapes are as cheap as one.
//
//	o, err := observers.Start(client.Module("observers"),
//		observers.WithSources(activeusers.Source(store.Reader()), pool.Source()),
//		observers.WithMeterProvider(provider))
//	…
//	err = o.Observe("queue_length", time.Minute, func(ctx context.Context) (float64, error) { return queue.Len(ctx) })
//	…
//	err = o.Shutdown(deadline) // before the client; a context that has not ended, with a deadline
//
// The map declares each gauge, and no event may record into it. One package a source, so that a service compiles only
// what it uses: activeusers, mongodbconns, redisconns.
//
// A source is read every 60 seconds, give or take a tenth, beginning at once, with a timeout. One that fails keeps its
// last values; the log says so once when it begins and once when it ends, and otelanalytics.observer.up is 0 for it
// meanwhile. A reading that takes more than a tenth of its interval makes the interval ten times as long as the reading,
// and the log says so. While the module's metrics are switched off its gauges are not exported, and go on being read.
package observers
