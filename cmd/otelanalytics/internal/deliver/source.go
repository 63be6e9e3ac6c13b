// SPDX-License-Identifier: Apache-2.0

package deliver

import (
	"context"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// source is one reader of a log.
type source interface {
	// Source names the log, without secrets.
	Source() string
	// Next waits for events. It is called by one goroutine. After an error it is called again.
	Next(ctx context.Context) (batch, error)
	// Lag is how many events no reader of the group has got yet, and how many are not acknowledged.
	Lag(ctx context.Context) (pending, unacknowledged int64, err error)
	// retention asks for the limits of the log. Beside an error, it returns what is known; nil: nothing.
	retention(ctx context.Context) (*retention, error)
	// Redelivered counts events that the group had got before.
	Redelivered() int64
	Ping(ctx context.Context) error
	Close(ctx context.Context) error
}

// batch is events that a log gave to this reader.
type batch interface {
	Events() []eventstore.Event
	Ack() error
	Extend() error
	Release(after time.Duration) error
	// Split divides the batch by f into two, either of which may be empty. It takes the place of the batch.
	Split(f func(*eventstore.Event) bool) (yes, no batch)
}
