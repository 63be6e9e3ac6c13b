// SPDX-License-Identifier: Apache-2.0

// Package activeusers observes how many different users were active: in the last 24 hours, 7 days and 30 days.
//
//	observers.WithSources(activeusers.Source(store))
//
// with, in the event map,
//
//	active_users_current:
//	  instrument: gauge
//	  attributes: {time_period: {values: [daily, weekly, monthly]}}
//
// The numbers are those of the whole collection: every instance of a service that observes reports the same, so that
// queries take max by (time_period), never sum. Anonymous events are left out. A user counts by the time when events
// happened (timestamp), also when they came in later.
package activeusers

import (
	"context"
	"time"

	"github.com/otelanalytics/otelanalytics-go/observers"
)

// Metric is the gauge that [Source] sets, by the attribute time_period.
const Metric = "active_users_current"

// Store is an *eventstore.Store.
type Store interface {
	// DistinctUsers returns how many different users there are with events from since on, anonymous ones left out.
	DistinctUsers(ctx context.Context, since time.Time) (int64, error)
}

// periods are the values of time_period. A day has 24 hours.
var periods = []struct {
	name   string
	length time.Duration
}{
	{"daily", 24 * time.Hour},
	{"weekly", 7 * 24 * time.Hour},
	{"monthly", 30 * 24 * time.Hour},
}

// timeout bounds a reading: three passes over an index can take a while.
const timeout = 30 * time.Second

// Source returns the source. A reading asks three times; each answer costs the server a pass over the part of an index
// that holds the known users.
func Source(s Store) observers.Source {
	return observers.Source{
		Name:    "active_users",
		Metrics: []string{Metric},
		Timeout: timeout,
		Read: func(ctx context.Context, set observers.Set) error {
			now := time.Now()
			for _, p := range periods {
				n, err := s.DistinctUsers(ctx, now.Add(-p.length))
				if err != nil {
					return err
				}
				set(Metric, float64(n), "time_period", p.name)
			}
			return nil
		},
	}
}
