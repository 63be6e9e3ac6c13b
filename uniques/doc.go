// SPDX-License-Identifier: Apache-2.0

// Package uniques counts different users, sessions or other values over days, weeks and months, at a cost that does not grow
// with the events: in sketches that it keeps beside them.
//
// Package mongouniques sets a counter up by one line. By hand it is:
//
//	var counter *uniques.Counter
//	store, err := mongostore.Open(ctx, mongostore.Config{
//		URI: uri,
//		Around: func(sink *mongostore.Sink) (_ eventstore.Sink, err error) {
//			reader := sink.Reader()
//			counter, err = uniques.New(uniques.Config{
//				Metrics: uniques.FromMap(m), Key: []byte(cfg.UniquesKey), Records: reader.Records(), Documents: reader,
//			})
//			if err != nil {
//				return nil, err
//			}
//			return counter.Around(sink), nil
//		},
//	})
//	...
//	numbers, err := counter.Numbers(ctx)
//
// The event map declares the metrics (instrument: unique), and its records say which events count. Without a database, the
// sketches are of this process alone: give a *recordstore.Memory for Records, and no sink to Around.
//
// # Guarantees
//
// Every event that the sink has stored is in the sketches within minutes, also after the loss of a process and its disk: whoever
// finds that a process is gone counts what it had stored and not saved from the documents. It takes [Config].Documents, and
// an instance that runs.
//
// Every instance reports the same numbers, up to a minute of the others' events. Queries take max, never sum.
//
// Up to 4,000 different values a number is off by one at most. Beyond, its standard error is 0.35 %: of 100 numbers, 95 are
// wrong by less than 1 %.
//
// # Windows
//
// A window of a day is the last 24 to 25 hours. It begins with an hour. One of more than eight days begins with a day of UTC, and
// so reaches back up to a day and an hour more. What is dated more than five minutes ahead counts when its time has come. An
// event counts by the time when it happened, also when it comes in late.
//
// # Limits
//
// A deletion of a user does not reach into sketches. They hold no user, and nobody can tell without the key whether one is
// in them. They expire.
//
// Events that were accepted with metrics off do not count.
package uniques
