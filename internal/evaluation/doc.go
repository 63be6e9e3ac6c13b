// SPDX-License-Identifier: Apache-2.0

// Package evaluation computes the series of a live page from stored documents.
//
//	e, err := evaluation.New(m)
//	e.Start()                        // series that start at zero
//	result, err := e.Document(doc)   // for each document, in the order of time
//	for _, s := range e.Changed() {  // series with a new value since the last call
//
// Package instruments computes the metrics of each event, as it does for the live page. An [Evaluator] has a set of the map's
// instruments. Their meter keeps the sums in memory; in a live service, the meter exports them.
//
// The result equals the live page of one process that was given the same events in the same order. This holds for values,
// conditions, defaults, limits, max_series and refusals.
//
// An Evaluator is not safe for concurrent use. Its memory grows with the number of series, and not with the number of events.
package evaluation
