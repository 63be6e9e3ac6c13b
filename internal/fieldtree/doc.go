// SPDX-License-Identifier: Apache-2.0

// Package fieldtree finds the fields that an event's metrics need in its encoded data, and checks the data against the rules
// of the event map.
//
//	tree := fieldtree.New(eventType.Fields(), nil)
//	found := fieldtree.Found{Values: make([]instruments.Value, len(eventType.Fields()))}
//	tree.Read(data, &found)
//	err := eventType.RecordWith(ctx, envelope, found.Values)
//
// The client reads the data that it is about to store with it, and offline commands the data that is stored: both record
// the same.
//
// A [Contract] is compiled once for each event type that has rules, and a [Check] holds one document after the other to it. One
// pass of a check does the work of Tree.Read, too.
package fieldtree
