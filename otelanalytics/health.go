// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"context"
	"time"
)

// Health says whether a client can do its work.
type Health struct {
	Status Status
	// JournalError is why the journal takes no events at the moment: it is full, the disk refuses it, the
	// client was shut down. Empty when it takes them.
	JournalError string
	// MongoDBError is why MongoDB cannot be reached, without secrets. Empty when it answered, and for a client
	// without a store.
	MongoDBError string
	// Pending is how many events wait in the journal, and OldestPending how long the oldest of them has waited.
	Pending       int64
	OldestPending time.Duration
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
	// StatusDegraded: events are accepted and kept in the journal, and MongoDB cannot be reached.
	StatusDegraded Status = "degraded"
	// StatusUnavailable: events are refused.
	StatusUnavailable Status = "unavailable"
	// StatusDisabled: the client is that of [NewNop].
	StatusDisabled Status = "disabled"
)

// Health looks whether the journal takes events and MongoDB answers a ping. It blocks for the ping, as long as
// ctx allows and at most a second.
func (c *Client) Health(ctx context.Context) Health {
	switch {
	case c.disabled:
		return Health{Status: StatusDisabled}
	case c.closed.Load():
		h := Health{Status: StatusUnavailable, JournalError: ErrClosed.Error()}
		if c.store != nil {
			h.MongoDBError, h.Pending = "not asked, since the client was shut down", c.storeStats().Pending
		}
		return h
	case c.store == nil:
		return Health{Status: StatusReady}
	}
	ctx, cancel := context.WithTimeout(orBackground(ctx), time.Second)
	defer cancel()
	s := c.store.Health(ctx)
	h := Health{
		Status:        StatusReady,
		JournalError:  s.JournalError,
		MongoDBError:  s.SinkError,
		Pending:       s.Pending,
		OldestPending: s.OldestAge,
		LastError:     s.LastError,
		LastErrorAt:   s.LastErrorAt,
	}
	switch {
	case h.JournalError != "":
		h.Status = StatusUnavailable
	case h.MongoDBError != "":
		h.Status = StatusDegraded
	}
	return h
}
