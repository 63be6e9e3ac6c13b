// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/otelanalytics/otelanalytics-go/internal/background"
)

// BatchError says which events of a batch were not accepted; the others were.
type BatchError struct {
	Errors []EventError // by index, rising
	Total  int          // events in the batch
}

// EventError is why one event of a batch was not accepted: one of the errors of [Client.Track].
type EventError struct {
	Index int // in the slice that TrackBatch was given
	Err   error
}

func (e *BatchError) Error() string {
	first := e.Errors[0]
	return fmt.Sprintf("otelanalytics: %d of %d events not accepted; the first, number %d: %v", len(e.Errors), e.Total, first.Index, first.Err)
}

// Unwrap returns the errors of the events, for errors.Is and errors.As.
func (e *BatchError) Unwrap() []error {
	errs := make([]error, len(e.Errors))
	for i := range e.Errors {
		errs[i] = e.Errors[i].Err
	}
	return errs
}

// TrackBatch is [Client.Track] for several events, with one write to the journal (one more where a file of
// the journal ends) and, at AckSynced, one fsync to wait for. At AckStored it waits for all of them.
//
// Each event stands for itself: those that cannot be accepted come back in a [BatchError], by their index,
// and the others are accepted. Events with the same Key are treated as calls of Track one after the other: the
// first that is accepted counts, and the others are duplicates. [WithOutcomes] tells what became of each. After a
// crash before the return, any number of the first events may have been accepted; with a Key in each, the whole
// batch can be tracked again.
//
// What Track returns for an event that was accepted (ErrUnconfirmed, ErrNotDurable, ErrQuarantined, ErrLost) is
// returned here when it holds for any, joined with the BatchError if there is one. No event is kept after the
// call; events is not changed.
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
