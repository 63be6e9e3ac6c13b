// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

func TestFullJournal(t *testing.T) {
	for _, blocks := range []int64{1, 4, 32} {
		t.Run(fmt.Sprint(blocks), func(t *testing.T) {
			o := small(faultfs.New())
			o.SegmentBytes, o.MaxBytes = journal.DefaultSegmentBytes, blocks*format.BlockBytes
			j := open(t, o)
			r := j.NewReader()
			ctx := timely(t)
			wantError(t, j.WaitSpace(ctx), nil)
			for range 5 {
				for {
					_, err := j.Append(payload("r", 5000))
					if err != nil {
						wantError(t, err, journal.ErrFull)
						break
					}
				}
				if got := j.Stats(); got.Bytes > o.MaxBytes || got.Bytes < o.MaxBytes/2 {
					t.Fatalf("full at %d of %d bytes", got.Bytes, o.MaxBytes)
				}
				canceled, cancel := context.WithCancel(ctx)
				cancel()
				wantError(t, j.WaitSpace(canceled), context.Canceled)
				waiter := make(chan error, 1)
				go func() { waiter <- j.WaitSpace(ctx) }()
				got := drain(t, r)
				if err := j.Checkpoint(got.seqs[len(got.seqs)-1]); err != nil {
					t.Fatal(err)
				}
				wantError(t, <-waiter, nil)
			}
			// A record as large as the whole journal, behind one that is done.
			fill(t, j, 1, 1000)
			if err := j.Checkpoint(j.Stats().LastSeq); err != nil {
				t.Fatal(err)
			}
			if err := appendWaiting(ctx, j, make([]byte, o.MaxBytes-1000)); err != nil {
				t.Fatal(err)
			}
			_, err := j.Append(make([]byte, o.MaxBytes))
			wantError(t, err, journal.ErrTooLarge)
		})
	}
}

func appendWaiting(ctx context.Context, j *journal.Journal, p []byte) error {
	for {
		_, err := j.Append(p)
		if err == nil || err != journal.ErrFull {
			return err
		}
		if err := j.WaitSpace(ctx); err != nil {
			return err
		}
	}
}
