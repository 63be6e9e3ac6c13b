// SPDX-License-Identifier: Apache-2.0

package eventstore

import "context"

// Sink is the destination of a [Store]'s events: a database, a message broker, a file. Package mongostore has the sink for
// MongoDB. Package storetest has the tests that every sink must pass.
type Sink interface {
	// Deliver offers events to the sink, oldest first, and returns the outcome of each: verdicts[i] is about events[i].
	//
	// An event without a verdict is offered again: the slice is too short, or the [Outcome] is Retry. The error gives the reason, and
	// concerns only those events. The store counts it and logs its text, which must contain neither secrets nor parts of
	// documents. A plain error means that the sink is down: the store backs off and retries without limit.
	// A [*DeliveryError] can report that the events themselves may be the cause.
	//
	// An event may be offered more than once, even after it was stored: the process can die before the store has noted the
	// verdict. A sink that identifies events by Event.ID answers Redelivered, or Deduplicated when another event has the same id.
	// The document of a redelivered event is the same, byte for byte.
	//
	// A panic in Deliver is an error of [BlameUnknown].
	//
	// Several goroutines call Deliver at the same time. It must not change the events. After it returns, it must keep neither the
	// slice nor anything in it. It must return soon after ctx ends. It bounds its own waits: ctx ends only when the
	// store is shut down.
	Deliver(ctx context.Context, events []Event) ([]Verdict, error)
}

// Preparer is a [Sink] that prepares itself before the first event, for example by creating indexes. The store's background
// work calls Prepare once, before the first Deliver. An error is counted and logged like an error of Deliver. It does not stop
// delivery.
type Preparer interface {
	Prepare(ctx context.Context) error
}

// Pinger is a [Sink] that can test its connection. [Store.Health] calls Ping, and so does the store after a
// [BlameConnection]. The store does not wait for a Ping whose context has ended. The error's text must contain no secrets.
type Pinger interface {
	Ping(ctx context.Context) error
}

// Closer is a [Sink] with open resources. [Store.Shutdown] calls Close once, after the last Deliver, with a
// context that ends within a second. Shutdown does not call it when Deliver has not returned 5 s after its context ended. When
// Open fails, the caller must close the sink.
type Closer interface {
	Close(ctx context.Context) error
}

// Destined is a [Sink] that names its destination: one text for each destination, without secrets. With [DirAuto], a process adopts
// the directories of processes whose sinks have the same destination. For other sinks, the name serves as the destination.
type Destined interface {
	Destination() string
}

// Named is a [Sink] with a name. The name begins the store's messages about the sink, and is their log attribute subsystem.
// Other sinks are named "sink".
type Named interface {
	Name() string
}
