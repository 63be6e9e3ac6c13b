// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"context"
	"errors"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/background"
)

// Flush blocks until every event that was accepted before the call is in MongoDB or in quarantine. If ctx ends first,
// it returns [ErrPending]. The error's text includes the last problem, such as why MongoDB cannot be reached.
func (c *Client) Flush(ctx context.Context) error {
	if c.store == nil {
		return nil
	}
	return c.store.Flush(background.Or(ctx))
}

// Shutdown refuses further events, flushes until ctx ends, and closes the store. If events are not in MongoDB by then,
// it returns [ErrPending] with their number and the cause, and the next start delivers them. With a store in memory
// they are lost, and it returns [ErrLost]. A second call waits for the first until its own ctx ends, and returns the
// same error.
//
// The meter provider is not shut down: do that afterwards. The SDK's own metrics keep their final numbers at every
// scrape and export, until the process makes another client with the same provider. Then the metrics of this client
// leave the page, and so do its gauges. They are not added to the metrics of the other client.
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

// underWay reports whether the store's Shutdown returned because the caller's context ended before another call of it
// had finished. A Shutdown that has finished returns nil, [ErrPending], [ErrLost] or an error of the journal.
func underWay(err error) bool {
	return !errors.Is(err, ErrPending) && !errors.Is(err, ErrLost) && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded))
}

// storeStats returns the store's counters. After Shutdown it returns the last ones, since the directory may then belong
// to another client.
func (c *Client) storeStats() eventstore.Stats {
	if final := c.final.Load(); final != nil {
		return *final
	}
	return c.store.Stats()
}
