// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"context"
	"slices"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/background"
)

// Health says whether a client can do its work.
type Health struct {
	Status Status
	// JournalError is why the journal takes no events at the moment: it is full, the disk refuses it, the
	// client was shut down. Empty when it takes them.
	JournalError string
	// Storage says where events are kept: on a disk or in memory. It is eventstore.Disk for a client without a store.
	Storage eventstore.Storage
	// SinkName is the name of the sink that the store delivers to, such as "mongodb". Empty for a client without a store.
	SinkName string
	// SinkError is why the sink cannot be reached, without secrets. Empty when it answered, and for a client without a store.
	SinkError string
	// Sinks are those of eventstore.Config.Sinks, beside the one above. Empty once the client was shut down.
	Sinks []eventstore.SinkHealth
	// Pending is how many events wait in the journal, and OldestAge how long the oldest of them has waited.
	Pending   int64
	OldestAge time.Duration
	// LastError is the last error of the background, with its time, without secrets and data; it may be over.
	LastError   string
	LastErrorAt time.Time
}

// Status sums up a [Health].
type Status string

// The statuses of a client.
const (
	// StatusReady: everything works.
	StatusReady Status = "ready"
	// StatusDegraded: events are accepted and kept in the journal, on disk or in memory, and a sink cannot be reached.
	StatusDegraded Status = "degraded"
	// StatusUnavailable: events are refused.
	StatusUnavailable Status = "unavailable"
	// StatusDisabled: the client is that of [NewNop].
	StatusDisabled Status = "disabled"
)

// sinkNotAsked is in the place of a sink's error once the client was shut down.
const sinkNotAsked = "not asked, since the client was shut down"

// Health reports whether the journal takes events, and whether the sinks, such as MongoDB, answer a ping. It blocks for the ping, as
// long as ctx allows and at most a second.
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
