// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
)

func TestListeners(t *testing.T) {
	var mu sync.Mutex
	heard := make(map[string]int)
	hear := func(name string) func(eventstore.InsertAttempt) {
		return func(a eventstore.InsertAttempt) {
			mu.Lock()
			defer mu.Unlock()
			heard[name] += a.Size
			if a.Err != nil || a.Duration < 0 {
				t.Errorf("%+v", a)
			}
		}
	}
	s := openOn(t, memsink.New(), eventstore.Config{OnInsertAttempt: []func(eventstore.InsertAttempt){hear("a"), nil, hear("b")}})
	stop := s.OnInsertAttempt(hear("c"))
	s.OnInsertAttempt(hear("d"))
	s.OnInsertAttempt(nil)()
	addBatch(t, s, batch(t, 3), eventstore.AckWritten)
	flush(t, s)
	stop()
	stop()
	addBatch(t, s, batch(t, 2), eventstore.AckWritten)
	flush(t, s)
	mu.Lock()
	defer mu.Unlock()
	if diff := cmp.Diff(map[string]int{"a": 5, "b": 5, "c": 3, "d": 5}, heard); diff != "" {
		t.Error(diff)
	}
}
