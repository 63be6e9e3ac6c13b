// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/otelanalytics/otelanalytics-go/internal/background"
)

// BatchError lists the events of a batch that were not accepted. All other events of the batch were accepted.
type BatchError struct {
	Errors []EventError // in ascending order of the index
	Total  int          // events in the batch
}

// EventError reports why one event of a batch was not accepted. Err is one of the errors of [Client.Track].
type EventError struct {
	Index int // in the slice that was passed to TrackBatch
	Err   error
}

func (e *BatchError) Error() string {
	first := e.Errors[0]
	return fmt.Sprintf("otelanalytics: %d of %d events not accepted; the first, number %d: %v", len(e.Errors), e.Total, first.Index, first.Err)
}

// Unwrap returns the errors of the events, so that errors.Is and errors.As find them.
func (e *BatchError) Unwrap() []error {
	errs := make([]error, len(e.Errors))
	for i := range e.Errors {
		errs[i] = e.Errors[i].Err
	}
	return errs
}

// TrackBatch tracks several events as [Client.Track] does, with one write to the journal. A second write is needed
// where a file of the journal ends. At AckSynced, the call waits for one fsync. At AckStored, it waits until all events
// are stored.
//
// Each event is accepted or refused by itself. A [BatchError] lists the refused events by their index. Events with the
// same Key are treated like successive calls of Track: the first accepted event counts, and the others are duplicates.
// [WithOutcomes] reports the outcome of each event.
//
// After a crash before the return, any number of the first events may have been accepted. If each event has a Key, you
// can track the whole batch again.
//
// Track can return an error for an accepted event: ErrUnconfirmed, ErrNotDurable, ErrQuarantined or ErrLost. TrackBatch
// returns such an error if it applies to any event, joined with the BatchError if there is one.
//
// TrackBatch keeps no event after it returns, and does not change events.
func (c *Client) TrackBatch(ctx context.Context, events []Event, options ...TrackOption) error {
	return c.trackBatch(ctx, nil, events, options)
}

func (c *Client) trackBatch(ctx context.Context, m *Module, events []Event, options []TrackOption) error {
	ctx = background.Or(ctx)
	r := c.newRun(m, options)
	defer r.release()
	r.batch, r.used = true, true
	r.items = slices.Grow(r.items, len(events))
	for i := range events {
		r.add(c.resolve(events[i].Type), &events[i])
	}
	if !c.disabled {
		r.do(ctx)
	}
	if r.watching != nil {
		r.showOthers()
	}
	if r.cfg.tells() {
		r.tell()
	}
	if err := r.refused(); err != nil {
		return errors.Join(err, r.wait(ctx))
	}
	return r.wait(ctx)
}

// refused returns the events that were not accepted as a [BatchError], or nil.
func (r *run) refused() error {
	var errs []EventError
	for i := range r.items {
		if err := r.items[i].err; err != nil {
			errs = append(errs, EventError{i, err})
		}
	}
	if len(errs) == 0 {
		return nil
	}
	return &BatchError{Errors: errs, Total: len(r.items)}
}
