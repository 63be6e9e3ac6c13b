// SPDX-License-Identifier: Apache-2.0

package kept

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRuns(t *testing.T) {
	for _, tt := range []struct {
		name  string
		seqs  []uint64
		want  runs
		spans []span
	}{
		{"one", []uint64{7}, runs{7, 1}, []span{{7, 7}}},
		{"some that follow each other", []uint64{7, 8, 9}, runs{7, 3}, []span{{7, 9}}},
		{"in another order, and twice", []uint64{9, 7, 8, 7}, runs{7, 3}, []span{{7, 9}}},
		{"with gaps", []uint64{1, 3, 4, 90}, runs{1, 1, 1, 2, 85, 1}, []span{{1, 1}, {3, 4}, {90, 90}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := runsOf(slices.Clone(tt.seqs))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			spans, ok := got.spans()
			if !ok || fmt.Sprint(spans) != fmt.Sprint(tt.spans) {
				t.Errorf("%v, %v", spans, ok)
			}
			for seq := range uint64(100) {
				in := false
				for _, s := range tt.seqs {
					in = in || s == seq
				}
				if has(spans, seq) != in {
					t.Errorf("%d: %v", seq, !in)
				}
			}
		})
	}
	for _, bad := range []runs{nil, {1}, {0, 1}, {1, 0}, {1, 1, 0, 1}, {1, 1, 1}, {1 << 63, 1}, {1, 1 << 63}, {1 << 62, 1 << 62, 1, 1, 1, 1}} {
		if spans, ok := bad.spans(); ok {
			t.Errorf("%v is %v", bad, spans)
		}
	}
}
