// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"context"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// Store keeps events. An *eventstore.Store implements it, and so does a type that embeds one, such as a
// *mongostore.Store. The methods are documented in *eventstore.Store. Later releases may add methods.
type Store interface {
	Append(ctx context.Context, e eventstore.Event, ack Ack) (eventstore.Receipt, error)
	AppendBatch(ctx context.Context, events []eventstore.Event, ack Ack) (n int, r eventstore.Receipt, err error)
	TakesAck(ack Ack) error
	MaxEventBytes() (n int, sink string)
	ReplayQuarantine(ctx context.Context, options ...eventstore.ReplayOption) (eventstore.ReplayResult, error)
	Await(seq uint64, ack Ack) eventstore.Receipt
	Flush(ctx context.Context) error
	Shutdown(ctx context.Context) error
	Stats() eventstore.Stats
	Health(ctx context.Context) eventstore.Health
	Suppressing() bool
	Suppressed(userID string) bool
	OnInsertAttempt(f func(eventstore.InsertAttempt)) (stop func())
	OnUnstored(f func([]eventstore.Unstored)) (stop func())
}

var _ Store = (*eventstore.Store)(nil)
