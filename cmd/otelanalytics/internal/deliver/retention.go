// SPDX-License-Identifier: Apache-2.0

package deliver

import (
	"context"
	"errors"
	"time"

	"github.com/otelanalytics/otelanalytics-go/kafkastore"
)

// retention is how near a log is to removing an event that the group has not acknowledged, and to refusing new ones.
type retention struct {
	oldest time.Duration      // since when the log has the oldest event that is not acknowledged; 0 without one
	maxAge time.Duration      // for how long the log keeps an event; 0: for ever
	used   map[string]float64 // how much of the other limits is used, by limit: bytes or messages
}

// The limits of a log, as the metric names them.
const (
	limitAge      = "age"
	limitBytes    = "bytes"
	limitMessages = "messages"
)

// all returns how much is used of each limit that the log has.
func (r *retention) all() map[string]float64 {
	all := make(map[string]float64, len(r.used)+1)
	for limit, part := range r.used {
		all[limit] = min(part, 1)
	}
	if r.maxAge > 0 {
		all[limitAge] = min(r.oldest.Seconds()/r.maxAge.Seconds(), 1)
	}
	return all
}

func (s stream) retention(ctx context.Context) (*retention, error) {
	is, err := s.Consumer.Retention(ctx)
	if err != nil {
		return nil, err
	}
	r := &retention{oldest: is.OldestAge, maxAge: is.MaxAge, used: make(map[string]float64)}
	if is.Bytes.Max > 0 {
		r.used[limitBytes] = float64(is.Bytes.Used) / float64(is.Bytes.Max)
	}
	if is.Messages.Max > 0 {
		r.used[limitMessages] = float64(is.Messages.Used) / float64(is.Messages.Max)
	}
	return r, nil
}

func (t topic) retention(ctx context.Context) (*retention, error) {
	is, err := t.Consumer.Retention(ctx)
	if err != nil && !errors.Is(err, kafkastore.ErrLimits) {
		return nil, err
	}
	r := &retention{oldest: is.OldestAge, maxAge: is.MaxAge, used: make(map[string]float64)}
	if is.Bytes.Max > 0 {
		r.used[limitBytes] = float64(is.Bytes.Used) / float64(is.Bytes.Max)
	}
	return r, err
}
