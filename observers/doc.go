// SPDX-License-Identifier: Apache-2.0

// Package observers polls gauges of the event map, such as active users and connections. A source reads the values, and
// the observers call it on a schedule. A scrape never calls a source: a slow source slows down nobody.
//
//	o, err := observers.Start(client.Module("observers"),
//		observers.WithSources(activeusers.Source(store.Reader()), pool.Source()),
//		observers.WithMeterProvider(provider))
//	…
//	err = o.Observe("queue_length", time.Minute, func(ctx context.Context) (float64, error) { return queue.Len(ctx) })
//	…
//	err = o.Shutdown(deadline) // before the client; a context that has not ended, with a deadline
//
// The map declares each gauge, and no event may record into it. Each source is a package, so that a service compiles
// only the sources that it uses: activeusers, mongodbconns, redisconns.
//
// Each source is read at once, and then every 60 seconds with a jitter of a tenth. A reading has a timeout.
//
//   - If a reading fails, the gauges keep their last values, and otelanalytics.observer.up of the source is 0. The
//     log reports the beginning and the end of the failure once each.
//   - If a reading takes more than a tenth of its interval, the interval becomes ten times as long as the reading.
//     The log reports the change.
//   - While the module's metrics are switched off, its gauges are not exported. They are still read.
package observers
