// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// Harness tells [Run] about a kind of sink.
type Harness struct {
	// New makes a sink that has no events yet. It is called for each test, and cleans up by t.Cleanup. Required.
	New func(t testing.TB) Subject
	// Deduplicates declares that the sink keeps each id once, and answers Redelivered or Deduplicated when it is offered one
	// that it has.
	Deduplicates bool
	// Distinguishes declares, of a sink that deduplicates, that it answers Redelivered for an event that it has, and Deduplicated
	// for an event whose id another event has. Events of the suite differ as those of two processes do: in received_at or in
	// service.instance_id.
	Distinguishes bool
}

// Subject is one sink under test.
type Subject struct {
	// Sink is the sink. Required.
	Sink eventstore.Sink
	// Stored returns what the sink has, in any order: ID, and Document unless the sink keeps events in another form. Required.
	Stored func() ([]eventstore.Event, error)

	// The hooks cause faults. Each is optional, is called once in a test, and the function that it returns ends the fault.

	// Outage has the sink find nobody to deliver to.
	Outage func() (restore func())
	// Stall has deliveries hang.
	Stall func() (restore func())
	// Partial has the sink store some events of a delivery of ten, and fail with the others.
	Partial func() (restore func())
	// Refuse returns an event that the sink refuses for good.
	Refuse func() eventstore.Event
}
