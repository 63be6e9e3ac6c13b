// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"context"
	"slices"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/background"
)

// Health is the state of a client: whether it accepts events, and whether they can be stored.
type Health struct {
	Status Status
	// JournalError is the reason why the journal takes no events at the moment: it is full, the disk refuses it, or the
	// client was shut down. It is empty when the journal takes events.
	JournalError string
	// Storage is where events are kept: on a disk or in memory. It is eventstore.Disk for a client without a store.
	Storage eventstore.Storage
	// SinkName is the name of the sink that the store delivers to, such as "mongodb". It is empty for a client without
	// a store.
	SinkName string
	// SinkError is the reason why the sink cannot be reached, without secrets. It is empty when the sink answered, and
	// for a client without a store.
	SinkError string
	// Sinks are the further sinks of eventstore.Config.Sinks. It is empty once the client was shut down.
	Sinks []eventstore.SinkHealth
	// Pending is how many events wait in the journal. OldestAge is how long the oldest of them has waited.
	Pending   int64
	OldestAge time.Duration
	// LastError is the last error of the background, without secrets and data. LastErrorAt is its time. The condition
	// may be over.
	LastError   string
	LastErrorAt time.Time
}

// Status sums up a [Health].
type Status string

// Statuses of a client.
const (
	// StatusReady means that everything works.
	StatusReady Status = "ready"
	// StatusDegraded means that events are accepted and kept in the journal, on disk or in memory, but a sink cannot be
	// reached.
	StatusDegraded Status = "degraded"
	// StatusUnavailable means that events are refused.
	StatusUnavailable Status = "unavailable"
	// StatusDisabled means that the client does nothing, because [NewNop] made it.
	StatusDisabled Status = "disabled"
)

// sinkNotAsked replaces a sink's error once the client was shut down.
const sinkNotAsked = "not asked, since the client was shut down"

// Health reports whether the journal takes events, and whether the sinks, such as MongoDB, answer a ping. It waits for
// the ping until ctx ends, at most a second.
func (c *Client) Health(ctx context.Context) Health {
	closed := c.closed.Load()
	switch {
	case c.disabled:
		return Health{Status: StatusDisabled}
	case closed && c.store == nil:
		return Health{Status: StatusUnavailable, JournalError: ErrClosed.Error()}
	case c.store == nil:
		return Health{Status: StatusReady}
	}
	ctx, cancel := context.WithTimeout(background.Or(ctx), time.Second)
	defer cancel()
	s := c.store.Health(ctx)
	if closed {
		return Health{
			Status:       StatusUnavailable,
			JournalError: ErrClosed.Error(),
			Storage:      s.Storage,
			SinkName:     s.SinkName,
			SinkError:    sinkNotAsked,
			Pending:      c.storeStats().Pending,
		}
	}
	h := Health{
		Status:       StatusReady,
		JournalError: s.JournalError,
		Storage:      s.Storage,
		SinkName:     s.SinkName,
		SinkError:    s.SinkError,
		Sinks:        s.Sinks,
		Pending:      s.Pending,
		OldestAge:    s.OldestAge,
		LastError:    s.LastError,
		LastErrorAt:  s.LastErrorAt,
	}
	switch {
	case h.JournalError != "":
		h.Status = StatusUnavailable
	case h.SinkError != "" || slices.ContainsFunc(h.Sinks, func(s eventstore.SinkHealth) bool { return s.Error != "" }):
		h.Status = StatusDegraded
	}
	return h
}
