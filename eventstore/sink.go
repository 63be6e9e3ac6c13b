// SPDX-License-Identifier: Apache-2.0

package eventstore

import "context"

// Sink is where a [Store] delivers events: a database, a message broker, a file. Package mongostore has the one for
// MongoDB, and package storetest the tests that every sink must pass.
type Sink interface {
	// Deliver offers events to the sink, oldest first, and returns what became of each: verdicts[i] is about events[i].
	//
	// An event without a verdict, because the slice is short or the [Outcome] is Retry, is offered again. The error says why,
	// and is about those events only. The store counts and logs its text, so that it must hold neither secrets nor parts of
	// documents. A plain error means that the sink is out: the store backs off and tries again for as long as it takes.
	// A [*DeliveryError] can say that the events themselves may be the cause.
	//
	// An event may be offered more than once, also after it was stored: the process can die before the store has noted the
	// verdict. A sink that can tell by Event.ID answers Redelivered, or Deduplicated for an id that another event has. The
	// document of a redelivered event is the same, byte by byte.
	//
	// A panic in Deliver is an error of [BlameUnknown].
	//
	// Deliver is called by several goroutines at the same time. It must not change the events, must keep neither the slice nor
	// anything in it after it has returned, and must return soon after ctx ends. It bounds its waits itself: ctx ends when the
	// store is shut down.
	Deliver(ctx context.Context, events []Event) ([]Verdict, error)
}

// Preparer is a [Sink] with something to do before the first event comes, such as creating indexes. The store's background
// calls Prepare once, before the first Deliver. An error is counted and logged like one of Deliver, and is no obstacle.
type Preparer interface {
	Prepare(ctx context.Context) error
}

// Pinger is a [Sink] that can tell whether it works. [Store.Health] calls Ping, and the store does after a
// [BlameConnection]. A Ping that does not return when its context has ended is left behind. The error's text must hold no secrets.
type Pinger interface {
	Ping(ctx context.Context) error
}

// Closer is a [Sink] that holds something open. [Store.Shutdown] calls Close once, after the last Deliver, with a
// context that ends within a second. It does not when Deliver has not returned 5 s after its context had ended. When
// Open fails, closing the sink is left to the caller.
type Closer interface {
	Close(ctx context.Context) error
}

// Destined is a [Sink] that says where events go: one text for each place, which holds no secret. With [DirAuto], a process adopts
// the directories of processes whose sinks have the same. A sink without it has its name for that.
type Destined interface {
	Destination() string
}

// Named is a [Sink] with a name, which begins the store's messages about it and is their attribute subsystem in logs. The
// name of others is "sink".
type Named interface {
	Name() string
}
