// SPDX-License-Identifier: Apache-2.0

// Package activeusers observes how many different users were active: in the last 24 hours, 7 days and 30 days.
//
//	observers.WithSources(activeusers.Source(store.Reader()))
//
// with, in the event map,
//
//	active_users_current:
//	  instrument: gauge
//	  attributes: {time_period: {values: [daily, weekly, monthly]}}
//
// The numbers are those of the whole collection: every instance of a service that observes reports the same, so that
// queries take max by (time_period), never sum. Anonymous events are left out. A user counts by the time when events
// happened (timestamp), also when they came in later. What is dated more than five minutes ahead counts when its time comes.
package activeusers
