// SPDX-License-Identifier: Apache-2.0

// Package backfill is the command backfill: the series that the live page would have shown, computed from the documents.
//
//	MongoDB ── stream ──▶ evaluation.Evaluator ── at each step ──▶ slice ── when it is full ──▶ file or remote write
//	           in order     series                                points                        then the checkpoint
//
// A slice has the points of at most two hours, as long as a block of Prometheus. It ends with a step. The checkpoint has
// what the evaluator knew at that step: a run that was killed begins there, and writes the same bytes as one that was not.
package backfill
