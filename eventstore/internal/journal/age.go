// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"sync"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// age remembers the time of the record behind a checkpoint, so that it is read
// from the disk at most once.
type age struct {
	mu    sync.Mutex
	known bool
	seq   uint64 // the checkpoint
	time  int64
}

func (a *age) set(checkpoint uint64, time int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.known, a.seq, a.time = true, checkpoint, time
}

func (a *age) get(checkpoint uint64) (int64, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.time, a.known && a.seq == checkpoint
}

// Stats returns a snapshot. It reads a block from the disk when the checkpoint
// moved since the last call, and writes nothing.
func (j *Journal) Stats() Stats {
	j.mu.Lock()
	s := Stats{
		LastSeq:       j.lastSeq,
		CheckpointSeq: j.checkpoint,
		Backlog:       j.lastSeq - j.checkpoint - j.lost.beyond(j.checkpoint),
		SyncedSeq:     j.resolved,
		Lost:          j.lostCount,
		Bytes:         j.bytes,
		Segments:      len(j.segments),
	}
	oldest := j.nextReadable(0)
	for oldest != nil && oldest.lastSeq <= j.checkpoint {
		oldest = j.nextReadable(oldest.number)
	}
	var from mark
	var size int64
	if oldest != nil {
		from, size = oldest.find(j.checkpoint+1), oldest.size
	} else if s.LastSeq > s.CheckpointSeq {
		s.OldestUnixNano = j.tail.records[j.checkpoint-j.written].time
	}
	j.mu.Unlock()
	if oldest == nil || s.LastSeq == s.CheckpointSeq {
		return s
	}
	time, ok := j.age.get(s.CheckpointSeq)
	if !ok {
		time = j.readAge(oldest, from, size, s.CheckpointSeq)
		j.age.set(s.CheckpointSeq, time)
	}
	s.OldestUnixNano = time
	return s
}

// readAge reads the time of the first record behind the checkpoint. What it
// cannot read it takes from the index, which may name an older record of the
// same block.
func (j *Journal) readAge(s *segment, from mark, size int64, checkpoint uint64) int64 {
	file, err := j.fs.Open(s.path)
	if err != nil {
		return from.time
	}
	defer file.Close()
	var d format.Decoder
	d.Reset(s.number, from.offset, s.limit)
	buf := make([]byte, chunkBytes)
	for {
		switch item := d.Next(); item.Kind {
		case format.Record:
			if item.Seq > checkpoint {
				return item.Time
			}
		case format.End:
			return from.time
		case format.More:
			if d.Offset() >= size {
				return from.time
			}
			data, _ := readChunk(file, buf, d.Offset(), min(size, d.Offset()-d.Offset()%format.BlockBytes+format.BlockBytes))
			d.Load(data)
		}
	}
}
