// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
)

// TestAcknowledgementLevels appends an event at every level that there is, and at the first one that there is not.
func TestAcknowledgementLevels(t *testing.T) {
	store, err := eventstore.Open(t.Context(), memsink.New(), eventstore.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Shutdown(t.Context()) })
	event := eventstore.Event{Type: "seen", Document: []byte{5, 0, 0, 0, 0}}
	levels := eventstore.Acks()
	for _, level := range levels {
		receipt, err := store.Append(t.Context(), event, level)
		if err != nil || !level.Valid() {
			t.Fatalf("%v: %v", level, err)
		}
		if err := receipt.Wait(t.Context()); err != nil {
			t.Errorf("%v: %v", level, err)
		}
		if err := store.Await(receipt.Seq(), level).Wait(t.Context()); err != nil {
			t.Errorf("%v, awaited: %v", level, err)
		}
	}
	unknown := eventstore.Ack(len(levels))
	_, one := store.Append(t.Context(), event, unknown)
	n, _, batch := store.AppendBatch(t.Context(), []eventstore.Event{event}, unknown)
	_, _, empty := store.AppendBatch(t.Context(), nil, unknown)
	for door, err := range map[string]error{
		"Append": one, "AppendBatch": batch, "AppendBatch of nothing": empty,
		"Await": store.Await(1, unknown).Wait(t.Context()),
	} {
		want := fmt.Sprintf("eventstore: unknown acknowledgement level %v; known are written, synced, stored", unknown)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", door, err, want)
		}
	}
	if st := store.Stats(); unknown.Valid() || n != 0 || st.Accepted != int64(len(levels)) {
		t.Errorf("an unknown level is valid: %v; %d of a batch accepted; %+v", unknown.Valid(), n, st)
	}
}
