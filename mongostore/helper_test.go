// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/queuetest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// The queue's helpers under short names.
var (
	event      = queuetest.Event
	batch      = queuetest.Batch
	addBatch   = queuetest.AddBatch
	flush      = queuetest.Flush
	shutdown   = queuetest.Shutdown
	balanced   = queuetest.Balanced
	eventually = queuetest.Eventually
)

// nowhere is an address at which nothing listens.
const nowhere = "mongodb://user:s3cret@127.0.0.1:1/?serverSelectionTimeoutMS=200"

func open(t testing.TB, c mongostore.Config) *mongostore.Store {
	t.Helper()
	s, err := mongostore.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shutdown(t, s, time.Millisecond) })
	return s
}

func add(t testing.TB, s *mongostore.Store, e eventstore.Event) {
	t.Helper()
	addBatch(t, s, []eventstore.Event{e}, eventstore.AckWritten)
}
