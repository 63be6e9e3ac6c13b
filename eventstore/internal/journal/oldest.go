// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// oldest is the time of the record behind a checkpoint. It is remembered so that
// it is read from the disk at most once.
type oldest struct {
	known      bool
	checkpoint uint64
	time       int64
}

// setOldest remembers the time of the record behind a checkpoint.
func (p *progress) setOldest(checkpoint uint64, time int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.oldest = oldest{known: true, checkpoint: checkpoint, time: time}
}

// oldestTime returns the time of the record behind a checkpoint, when it is known.
func (p *progress) oldestTime(checkpoint uint64) (int64, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.oldest.time, p.oldest.known && p.oldest.checkpoint == checkpoint
}

// readOldest reads the time of the first record behind the checkpoint. What it
// cannot read it takes from the index, which may name an older record of the
// same block.
func (j *Journal) readOldest(s *segment, from mark, size int64, checkpoint uint64) int64 {
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
