// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

func TestCheckpointDeletesWholeSegments(t *testing.T) {
	files := faultfs.New()
	j := open(t, small(files))
	fill(t, j, 20, 10000) // three a segment
	if got := j.Stats(); got.Segments != 7 {
		t.Fatalf("%d segments", got.Segments)
	}
	if err := j.Checkpoint(10); err != nil {
		t.Fatal(err)
	}
	if got := j.Stats(); got.Segments != 4 || got.CheckpointSeq != 10 || got.Bytes <= 0 {
		t.Fatalf("after the checkpoint: %+v", got)
	}
	if err := j.Checkpoint(21); err == nil {
		t.Fatal("checkpoint beyond the end")
	}
	if err := j.Checkpoint(4); err != nil {
		t.Fatalf("checkpoint behind: %v", err)
	}
	closeJournal(t, j)
	j = open(t, small(files))
	if diff := cmp.Diff(journal.Recovery{Recovered: 10}, j.Recovery()); diff != "" {
		t.Fatal(diff)
	}
	got := drain(t, j.NewReader())
	if diff := cmp.Diff(span(11, 20), got.seqs); diff != "" {
		t.Fatal(diff)
	}
	if err := j.Checkpoint(20); err != nil {
		t.Fatal(err)
	}
	closeJournal(t, j)
	if diff := cmp.Diff([]string{"checkpoint"}, files.Names(dir)); diff != "" {
		t.Fatal(diff)
	}
	j = open(t, small(files))
	fill(t, j, 1, 10)
	if got := j.Stats(); got.LastSeq != 21 {
		t.Fatalf("sequence number %d after everything was deleted", got.LastSeq)
	}
	// Nor is a segment number used twice: it is part of the checksums.
	if diff := cmp.Diff([]string{format.SegmentName(8), "checkpoint"}, files.Names(dir)); diff != "" {
		t.Fatal(diff)
	}
}
