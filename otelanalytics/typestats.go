// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// TypeStats counts the events of one entry of the map since the client was made.
type TypeStats struct {
	Name      string // of the entry; "other" for events that the map does not declare
	Stored    bool   // the events become documents
	Accepted  int64  // they are in the journal; if Stored is false, they only updated metrics
	Duplicate int64
	Dropped   int64            // by a before-track hook
	Rejected  map[string]int64 // by reason, as otelanalytics.events.rejected has it; nil without any
	LastSeen  time.Time        // when the last one was accepted, to the second; zero before the first
}

// TypeStats returns the counters of each entry, in the map's order, followed by the counters of all other events.
func (c *Client) TypeStats() []TypeStats {
	all := make([]TypeStats, 0, len(c.entries)+1)
	for _, t := range c.all() {
		s := TypeStats{
			Name: t.name, Stored: t.stored, Accepted: t.accepted.Load(), Duplicate: t.duplicate.Load(), Dropped: t.dropped.Load(),
		}
		for i := range t.rejected {
			if n := t.rejected[i].Load(); n > 0 {
				if s.Rejected == nil {
					s.Rejected = make(map[string]int64)
				}
				s.Rejected[rejectionNames[i]] = n
			}
		}
		if at := t.seen.Load(); at != 0 {
			s.LastSeen = time.Unix(at, 0).UTC()
		}
		all = append(all, s)
	}
	return all
}

// saw notes that an event was accepted. Within a second, all but the first only read.
func (t *entry) saw(at time.Time) {
	if second := at.Unix(); t.seen.Load() != second {
		t.seen.Store(second)
	}
}

// StoreStats returns the store's counters. After Shutdown they are the final ones. For a client without a store it
// returns the zero value.
func (c *Client) StoreStats() eventstore.Stats {
	if c.store == nil {
		return eventstore.Stats{}
	}
	return c.storeStats()
}

// OnInsertAttempt calls f after every attempt to deliver events to the sink, until stop is called, as
// eventstore.Store.OnInsertAttempt does. A client without a store never calls f.
func (c *Client) OnInsertAttempt(f func(eventstore.InsertAttempt)) (stop func()) {
	if c.store == nil || f == nil {
		return func() {}
	}
	return c.store.OnInsertAttempt(f)
}

// EventMap returns the map that was passed to New. It must not be changed.
func (c *Client) EventMap() *eventmap.Map { return c.eventMap }

// Closing returns a channel that is closed by the first call of Shutdown. For a client of [NewNop] it is never closed.
func (c *Client) Closing() <-chan struct{} { return c.closing }
