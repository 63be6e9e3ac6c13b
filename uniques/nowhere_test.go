// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// TestWithoutADatabase: a counter around no sink counts in the memory of this process.
func TestWithoutADatabase(t *testing.T) {
	c, err := New(Config{Metrics: FromMap(servicetest.Map(t, mapped)), Key: make([]byte, MinKey), Records: new(recordstore.Memory)})
	if err != nil {
		t.Fatal(err)
	}
	store, err := eventstore.Open(t.Context(), c.Around(nil), eventstore.Config{Storage: eventstore.Memory})
	if err != nil {
		t.Fatal(err)
	}
	for _, user := range []string{"ann", "bob", "ann", ""} {
		if _, err := store.Append(t.Context(), event(user, time.Now(), time.Now()), eventstore.AckWritten); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	numbers, err := c.Numbers(t.Context())
	if err != nil || numbers[0].Metric != "users" || numbers[0].Value != 2 {
		t.Errorf("%v, %v", numbers, err)
	}
	if err := store.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}
