// SPDX-License-Identifier: Apache-2.0

// Package eventstream reads all events of a span of time in the order of one of their times, for commands that evaluate them.
//
//	s, err := eventstream.Open(ctx, deployment, eventdoc.FieldReceivedAt, false) // the index that has this order
//	defer s.Close()
//	err = s.Each(ctx, from, to, func(doc bson.Raw) error { … })
package eventstream
