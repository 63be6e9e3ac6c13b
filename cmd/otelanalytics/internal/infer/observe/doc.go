// SPDX-License-Identifier: Apache-2.0

// Package observe collects what the data of many events have in common, in bounded memory:
//
//	o := observe.New(limits)
//	for … {
//		err := o.Add(eventType, user, data)
//	}
//	m := o.Draft(fields)
//
// What it returns does not depend on the order of the events: whatever it forgets, it forgets because of how many different things
// there are, and never because of which came first. Counts of different things are exact up to a bound, and beyond it estimates from
// the smallest hashes (Bar-Yossef and others, "Counting distinct elements in a data stream", 2002).
package observe
