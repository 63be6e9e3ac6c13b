// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/background"
)

// Health says how a store is. None of its texts holds a secret or a part of a document.
type Health struct {
	// JournalError is empty while the journal takes events. Otherwise it says why not: the store was shut
	// down, files of the journal were removed or replaced under the service, the journal is full, or the
	// operating system's error of the last append. The latter holds until an append succeeds, and at most
	// 10 seconds: a service that gets no traffic because of it would never find out that the disk works again.
	JournalError string
	// Storage says where events are kept.
	Storage Storage
	// SinkName is the name of the sink, "sink" when it is not [Named].
	SinkName string
	// SinkError is empty when the sink answered a ping, or is no [Pinger]. Events are accepted without the sink. A store that
	// was shut down does not ping.
	SinkError string
	// Sinks says how the sinks of Config.Sinks are, and those that an earlier process had.
	Sinks     []SinkHealth
	Pending   int64         // as in Stats
	OldestAge time.Duration // as in Stats
	// LastError is the latest error of the background, however long ago: of delivering to the sink, and of
	// syncing, reading and deleting the journal's files. Empty without one.
	LastError   string
	LastErrorAt time.Time
}

// pingTimeout bounds the ping of Health when its context has no deadline.
const pingTimeout = time.Second

// Health looks after the store and pings the sink, for as long as ctx allows; one second without a deadline.
func (s *Store) Health(ctx context.Context) Health {
	ctx = background.Or(ctx)
	st := s.Stats()
	h := Health{Storage: s.config.Storage, SinkName: s.name, Pending: st.Pending, OldestAge: st.OldestAge}
	var group sync.WaitGroup
	group.Go(func() { h.SinkError = s.ping(ctx) })
	h.Sinks = s.sinkHealth(ctx, st.Sinks)
	group.Wait()
	displaced := s.journal.Displaced()
	h.LastError, h.LastErrorAt = s.latest()
	switch {
	case s.closed.Load():
		h.JournalError = ErrClosed.Error()
	case displaced != nil:
		h.JournalError = displaced.Error()
	case s.journal.Full():
		h.JournalError = ErrJournalFull.Error() + s.holder()
	default:
		h.JournalError = s.refusal.text(time.Now())
	}
	return h
}

// latest returns the latest error, of the store's own directory and those that it has adopted.
func (s *Store) latest() (text string, at time.Time) {
	text, at = s.tally.latest()
	for _, child := range s.siblings.all() {
		if other, when := child.tally.latest(); when.After(at) {
			text, at = other, when
		}
	}
	return text, at
}

func (o *outlet) ping(ctx context.Context) string {
	if o.store.closed.Load() {
		return "not asked, since the store was shut down"
	}
	p, ok := o.sink.(Pinger)
	if !ok {
		return ""
	}
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, pingTimeout)
		defer cancel()
	}
	if err := p.Ping(ctx); err != nil {
		return err.Error()
	}
	return ""
}

// refusal is the operating system's error of the last append, until one succeeds or it is old.
type refusal struct{ last atomic.Pointer[refused] }

type refused struct {
	err error
	at  time.Time
}

// refusalHolds is how long a refusal says something of the present.
const refusalHolds = 10 * time.Second

func (r *refusal) begin(err error) { r.last.Store(&refused{err, time.Now()}) }

// over costs no more than a look while nothing was refused.
func (r *refusal) over() {
	if r.last.Load() != nil {
		r.last.Store(nil)
	}
}

func (r *refusal) text(now time.Time) string {
	if last := r.last.Load(); last != nil && now.Sub(last.at) < refusalHolds {
		return last.err.Error()
	}
	return ""
}
