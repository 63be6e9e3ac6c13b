// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// A sync pass empties the tail between the reader's look at the segments and its look at the tail. The reader must look
// again: in the tail there is nothing any more, and nobody wakes it before the next append.
func TestFlushToReadAfterASyncPass(t *testing.T) {
	j, err := Open("d", Options{FS: faultfs.New(), SyncInterval: 1 << 62})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	look := func() uint64 { // the reader's
		j.log.mu.Lock()
		defer j.log.mu.Unlock()
		return j.log.written
	}
	r := j.NewReader()
	var item format.Item
	for round := range 3 {
		written := look()
		if _, err := j.Append([]byte("record")); err != nil {
			t.Fatal(err)
		}
		if err := j.WaitSynced(t.Context(), uint64(round+1)); err != nil {
			t.Fatal(err)
		}
		if !r.flush(written, &item) {
			t.Fatalf("round %d: there is a record behind %d", round, written)
		}
		if r.flush(look(), &item) || item.Kind == format.Record {
			t.Fatalf("round %d: there is nothing more", round)
		}
	}
}
