// SPDX-License-Identifier: Apache-2.0

package queuetest

import (
	"context"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// Queue is what [eventstore.Store] and the stores that embed it have in common.
type Queue interface {
	AppendBatch(ctx context.Context, events []eventstore.Event, ack eventstore.Ack) (int, eventstore.Receipt, error)
	Flush(ctx context.Context) error
	Shutdown(ctx context.Context) error
	Stats() eventstore.Stats
}

// AddBatch appends events. The test fails at once when one of them is refused.
func AddBatch(t testing.TB, q Queue, events []eventstore.Event, ack eventstore.Ack) eventstore.Receipt {
	t.Helper()
	n, r, err := q.AppendBatch(t.Context(), events, ack)
	if n != len(events) || err != nil {
		t.Fatalf("%d of %d accepted, %v", n, len(events), err)
	}
	return r
}

// Flush waits for the delivery of everything. The test fails at once when that takes a minute.
func Flush(t testing.TB, q Queue) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := q.Flush(ctx); err != nil {
		t.Fatal(err)
	}
}

// Shutdown shuts the queue down within a limit. It works after the test has ended, too.
func Shutdown(t testing.TB, q Queue, limit time.Duration) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return q.Shutdown(ctx)
}
