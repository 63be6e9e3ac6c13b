// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// TestAppendInMemoryAllocatesNothing but the chunks that events are in.
func TestAppendInMemoryAllocatesNothing(t *testing.T) {
	s := openOn(t, nowhereSink{}, eventstore.Config{Storage: eventstore.Memory})
	e := event(t)
	if n := testing.AllocsPerRun(5_000, func() { add(t, s, e) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// BenchmarkAppend compares an append to a journal in memory with one to a journal on a disk.
func BenchmarkAppend(b *testing.B) {
	for _, storage := range eventstore.Storages() {
		b.Run(storage.String(), func(b *testing.B) {
			s := openOn(b, nowhereSink{}, eventstore.Config{Storage: storage, MemoryBytes: 4 << 30, JournalBytes: 4 << 30})
			e := event(b)
			b.ReportAllocs()
			for b.Loop() {
				add(b, s, e)
			}
		})
	}
}
