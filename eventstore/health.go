// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/background"
)

// Health is the state of a store. None of its texts contains a secret or a part of a document.
type Health struct {
	// JournalError is empty while the journal takes events. Otherwise it is one of these:
	//
	//   - The store was shut down.
	//   - Files of the journal were removed or replaced while the service runs.
	//   - The journal is full.
	//   - The operating system's error of the last append. It is shown until an append succeeds, and for at most 10 seconds.
	//     Otherwise a service that gets no traffic because of it would never find out that the disk works again.
	JournalError string
	// Storage is where events are kept.
	Storage Storage
	// SinkName is the name of the sink. It is "sink" when the sink is not [Named].
	SinkName string
	// SinkError is empty when the sink answered a ping, or is not a [Pinger]. The store accepts events without the sink. A store that
	// was shut down does not ping.
	SinkError string
	// Sinks has the state of each sink of Config.Sinks, and of sinks that an earlier process had.
	Sinks     []SinkHealth
	Pending   int64         // as in Stats
	OldestAge time.Duration // as in Stats
	// LastError is the latest error of the background work, of any age. It is about delivery to the sink, or about
	// syncing, reading or deleting the journal's files. It is empty when there was none.
	LastError   string
	LastErrorAt time.Time
}

// pingTimeout bounds the ping of Health when its context has no deadline.
const pingTimeout = time.Second

// Health returns the state of the store. It pings the sink, for as long as ctx allows. Without a deadline it waits one second.
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
	err := p.Ping(ctx)
	o.askLimit()
	if err != nil {
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
