// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// Harness describes a kind of sink to [Run].
type Harness struct {
	// New makes a sink without events. Run calls it for each test; it registers its cleanup with t.Cleanup. Required.
	New func(t testing.TB) Subject
	// Deduplicates declares that the sink keeps each id once. It answers Redelivered or Deduplicated when it is offered an event
	// whose id it has.
	Deduplicates bool
	// Distinguishes declares that a sink with Deduplicates answers Redelivered for an event that it has, and Deduplicated
	// for an event whose id another event has. The events of the suite differ like events of two processes: in received_at or in
	// service.instance_id.
	Distinguishes bool
}

// Subject is one sink under test.
type Subject struct {
	// Sink is the sink. Required.
	Sink eventstore.Sink
	// Stored returns the sink's events, in any order: ID, and Document unless the sink keeps events in another form. Required.
	Stored func() ([]eventstore.Event, error)

	// The hooks cause faults. Each is optional and is called once in a test. The function that it returns ends the fault.

	// Outage makes the sink's destination unreachable.
	Outage func() (restore func())
	// Stall makes deliveries hang.
	Stall func() (restore func())
	// Partial makes the sink store some events of a delivery of ten, and fail with the others.
	Partial func() (restore func())
	// Refuse returns an event that the sink refuses for good.
	Refuse func() eventstore.Event
}
