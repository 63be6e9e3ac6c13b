// SPDX-License-Identifier: Apache-2.0

package activeusers

import (
	"context"
	"time"

	"github.com/otelanalytics/otelanalytics-go/observers"
)

// Metric is the gauge that [Source] sets, one value for each value of the attribute time_period.
const Metric = "active_users_current"

// Reader counts users. A *mongostore.Reader implements it, such as the Reader of a *mongostore.Store.
type Reader interface {
	// DistinctUsers returns how many different users have events from from on and before to. Anonymous users are left
	// out.
	DistinctUsers(ctx context.Context, from, to time.Time) (int64, error)
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

// ahead is how far in the future an event may be dated and still count: clocks of senders differ.
const ahead = 5 * time.Minute

// timeout bounds a reading: three passes over an index can take a while.
const timeout = 30 * time.Second

// Source returns the source. A reading makes three queries. Each query costs the server a scan of the part of an index
// that holds the known users. An event that is dated more than five minutes in the future counts when its time comes.
func Source(r Reader) observers.Source {
	return observers.Source{
		Name:    "active_users",
		Metrics: []string{Metric},
		Timeout: timeout,
		Read: func(ctx context.Context, set observers.SetFunc) error {
			now := time.Now()
			for _, p := range periods {
				n, err := r.DistinctUsers(ctx, now.Add(-p.length), now.Add(ahead))
				if err != nil {
					return err
				}
				set(Metric, float64(n), "time_period", p.name)
			}
			return nil
		},
	}
}
