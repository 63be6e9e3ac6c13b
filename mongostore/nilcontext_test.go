// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"bytes"
	"context"
	"testing"
)

// A nil context is one that never ends, as for the client.
func TestNilContext(t *testing.T) {
	h := newHousehold(t)
	h.user(t, ada, 0, 1)
	var none context.Context
	if err := h.Flush(none); err != nil {
		t.Error(err)
	}
	if health := h.Health(none); health.SinkError != "" {
		t.Error(health.SinkError)
	}
	if r, err := h.Export(none, ada, new(bytes.Buffer)); err != nil || r.Stored != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := h.ReplayQuarantine(none); err != nil {
		t.Error(err)
	}
	if r, err := h.Delete(none, ada); err != nil || r.Stored != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	if err := h.Shutdown(none); err != nil {
		t.Error(err)
	}
}

// What is through is through, also for a caller who does not wait any more.
func TestFlushOfWhatIsDelivered(t *testing.T) {
	h := newHousehold(t)
	h.user(t, ada, 0, 1)
	flush(t, h.Store)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 100 {
		if err := h.Flush(ctx); err != nil {
			t.Fatal(err)
		}
	}
}
