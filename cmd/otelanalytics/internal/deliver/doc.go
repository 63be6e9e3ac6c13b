// SPDX-License-Identifier: Apache-2.0

// Package deliver holds the command that moves events from a log to MongoDB.
//
//	log ──► Next ──► AppendBatch ──► journal ──► mongostore ──► MongoDB
//	 ▲                                  │
//	 └──── Ack ◄── Receipt.Wait ◄───────┴──► quarantine
//
// The way from the journal on is that of a service: the same writer, backoff and quarantine. A batch is acknowledged to the log when
// each of its events is in MongoDB or in quarantine. Until then the log keeps it, so that any number of these processes may be killed at any
// moment.
package deliver
