// SPDX-License-Identifier: Apache-2.0

// Package evaluation computes from stored documents what a live page shows.
//
//	e, err := evaluation.New(m)
//	e.Start()                        // series that start at zero
//	result, err := e.Document(doc)   // for each document, in the order of time
//	for _, s := range e.Changed() {  // series with a new value since the last call
//
// What an event records is computed by package instruments, as on the live page: an [Evaluator] has a set of instruments of
// the map, whose meter keeps the sums in memory where a live service exports them. Values, conditions, defaults, limits,
// max_series and refusals are those of the live page of one process that was given the events in the same order.
//
// An Evaluator is not safe for concurrent use. Its memory depends on the number of series, not on that of events.
package evaluation
