// SPDX-License-Identifier: Apache-2.0

// Package reconcile is the command reconcile: what Prometheus has of a map's counters and histograms, beside what the
// documents say.
//
//	Prometheus ── raw samples ──▶ lives of processes, with the growth of each series
//	MongoDB ── by received_at ──▶ an evaluator for each life, read at the times of its first and last scrape
//	both ──▶ rows: documents, Prometheus, explained by reason, unexplained
//
// A life is one run of one process behind one target. Within a life a series must have grown by what its documents record
// between its first and its last scrape. What lies outside is explained by where it lies.
package reconcile
