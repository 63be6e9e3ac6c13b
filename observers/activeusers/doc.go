// SPDX-License-Identifier: Apache-2.0

// Package activeusers observes how many different users were active in the last 24 hours, 7 days and 30 days.
//
//	observers.WithSources(activeusers.Source(store.Reader()))
//
// The event map declares the gauge:
//
//	active_users_current:
//	  instrument: gauge
//	  attributes: {time_period: {values: [daily, weekly, monthly]}}
//
// The values are for the whole collection, and every instance of a service reports the same. So a query takes max by
// (time_period), never sum.
//
// Anonymous events are left out. An event counts at the time when it happened (timestamp), even if it was stored later.
// An event that is dated more than five minutes in the future counts when its time comes.
package activeusers
