// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"context"
	"errors"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/background"
)

// Flush blocks until every event that was accepted before the call is in MongoDB or in quarantine, or
// until ctx ends, which is [ErrPending]. Its text says what was last wrong, such as why MongoDB cannot be reached.
func (c *Client) Flush(ctx context.Context) error {
	if c.store == nil {
		return nil
	}
	return c.store.Flush(background.Or(ctx))
}

// Shutdown refuses further events, flushes as long as ctx allows, and closes the store. What is not in
// MongoDB by then ([ErrPending] says how much, and why) is delivered by the next start; of a store in memory it is lost, which
// [ErrLost] says. A further call waits for
// the first, as long as its own ctx allows, and returns the same.
//
// The meter provider is left as it is: shut it down afterwards. The SDK's own metrics keep their final numbers at every
// scrape and export, until the process has another client with the same provider: then those of this client leave the page,
// and the gauges that it exports with them. They are not added to those of the other client.
func (c *Client) Shutdown(ctx context.Context) error {
	if c.disabled {
		return nil
	}
	first := !c.closed.Swap(true)
	if first {
		close(c.closing)
		defer pages.retire(c)
	}
	if c.store == nil {
		return nil
	}
	err := c.store.Shutdown(background.Or(ctx))
	if underWay(err) {
		return err // the numbers still change
	}
	c.listening()
	final := c.store.Stats()
	c.final.CompareAndSwap(nil, &final)
	return err
}

// underWay reports whether the store's Shutdown returned because the caller's context ended before another call of it was
// through. What a Shutdown that is through returns is nil, [ErrPending], [ErrLost] or an error of the journal.
func underWay(err error) bool {
	return !errors.Is(err, ErrPending) && !errors.Is(err, ErrLost) && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded))
}

// storeStats are the store's counters; after Shutdown the last ones, since its directory may then be another
// client's.
func (c *Client) storeStats() eventstore.Stats {
	if final := c.final.Load(); final != nil {
		return *final
	}
	return c.store.Stats()
}
