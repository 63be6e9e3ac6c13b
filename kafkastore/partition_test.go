// SPDX-License-Identifier: Apache-2.0

package kafkastore

import (
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"
)

// TestPartition: the offset that is noted never passes a record that is not done.
func TestPartition(t *testing.T) {
	p := &partition{}
	read := func(from, to int64) *span {
		var records []*kgo.Record
		for o := from; o < to; o++ {
			records = append(records, &kgo.Record{Offset: o, LeaderEpoch: 3})
		}
		return p.add(records)
	}
	a, b, c := read(10, 12), read(12, 13), read(20, 23) // a topic may lack offsets
	for _, step := range []struct {
		name string
		span *span
		n    int
		want int64 // 0: nothing is noted
	}{
		{"behind others", c, 3, 0},
		{"a part of the first", a, 1, 0},
		{"the rest of it", a, 1, 12},
		{"everything", b, 1, 23},
	} {
		p.unsent = false
		step.span.done(step.n)
		if p.unsent != (step.want > 0) || p.unsent && p.noted != (kgo.EpochOffset{Epoch: 3, Offset: step.want}) {
			t.Errorf("%s: %+v, want %d", step.name, p.noted, step.want)
		}
	}
}
