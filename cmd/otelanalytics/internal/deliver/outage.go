// SPDX-License-Identifier: Apache-2.0

package deliver

import (
	"cmp"
	"log/slog"
	"sync"
	"time"
)

// remindEvery is how often an outage that lasts is logged.
const remindEvery = time.Minute

// outage logs what lasts when it begins, once a minute, and when it ends.
type outage struct {
	log          *slog.Logger
	begins, ends string
	every        time.Duration // in place of remindEvery

	mu     sync.Mutex // guards what follows
	since  time.Time  // zero: there is none
	logged time.Time
}

func (o *outage) note(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	if o.since.IsZero() {
		o.since = now
	}
	if now.Sub(o.logged) >= cmp.Or(o.every, remindEvery) {
		o.logged = now
		o.log.Warn(o.begins, "error", err)
	}
}

func (o *outage) over() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.since.IsZero() {
		return
	}
	o.log.Info(o.ends, "after", time.Since(o.since).Round(time.Millisecond))
	o.since, o.logged = time.Time{}, time.Time{}
}

// untold is the outage of metrics about the limits of the log.
func untold(log *slog.Logger) *outage {
	return &outage{
		log: log, begins: "log: does not report how old its events are, or how long it keeps them; may the account read the state and the messages of the stream, or the settings of the topic?",
		ends: "log: reports how old its events are, and how long it keeps them", every: time.Hour,
	}
}
