// SPDX-License-Identifier: Apache-2.0

// Package eventstream reads all events of a span of time in the order of one of their times, for commands that evaluate them.
//
//	s := &eventstream.Stream{DB: db, Field: eventdoc.FieldReceivedAt}
//	err := s.EnsureIndex(ctx, false) // the index that has this order
//	err = s.Each(ctx, from, to, func(doc bson.Raw) error { … })
package eventstream
