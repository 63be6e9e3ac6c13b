// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
)

// While a reader comes often, no append writes a half to the segment: not those that end a half, either. Without
// a reader, an append does.
func TestAppendsLeaveTheTailToTheReader(t *testing.T) {
	for _, tt := range []struct {
		name  string
		every int // records between two looks of the reader; 0: there is none
		want  bool
	}{
		{"a reader that comes often", 20, false},
		{"a reader that comes late", 90, true},
		{"no reader", 0, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := faultfs.New()
			j := open(t, large(files))
			r := j.NewReader()
			fill(t, j, 1, 1000)
			drain(t, r)
			appends, looking := 0, false
			files.SetHook(func(op faultfs.Op) *faultfs.Fault {
				if op.Kind == faultfs.Write && !looking && strings.HasSuffix(op.Name, ".journal") {
					appends++
				}
				return nil
			})
			got := 1
			for i := range 190 { // more than three halves
				fill(t, j, 1, 1000)
				if tt.every > 0 && i%tt.every == tt.every-1 {
					looking = true
					got += len(drain(t, r).seqs)
					looking = false
				}
			}
			if wrote := appends > 0; wrote != tt.want {
				t.Errorf("appends wrote to the segment %d times, want that they do: %v", appends, tt.want)
			}
			if got += len(drain(t, r).seqs); got != 191 {
				t.Errorf("the reader had %d records of 191", got)
			}
			wantAfterKill(t, files, 191)
		})
	}
}

// wantAfterKill wants the process that comes after a kill at this moment to find so many records.
func wantAfterKill(t *testing.T, files *faultfs.FS, n int) {
	t.Helper()
	_, next := killed(t, files)
	if found := drain(t, next.NewReader()).seqs; len(found) != n {
		t.Errorf("%d records after a kill, want %d", len(found), n)
	}
}
