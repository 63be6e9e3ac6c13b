// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"encoding/binary"
	"hash/crc32"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// What version 1 did with checkpoints.

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// checkpoint1 is a checkpoint as version 1 wrote it.
type checkpoint1 struct {
	Seq, Segment         uint64
	Offset               int64
	LastSeq, LastSegment uint64
}

// Checkpoint1 and AppendCheckpoint1 are for the tests outside of the package.
type Checkpoint1 = checkpoint1

func AppendCheckpoint1(dst []byte, c Checkpoint1) []byte {
	start := len(dst)
	le := binary.LittleEndian
	dst = append(dst, "OTACKPT\n"...)
	dst = le.AppendUint32(dst, 1)
	dst = le.AppendUint32(dst, 0)
	for _, n := range []uint64{c.Seq, c.Segment, uint64(c.Offset), c.LastSeq, c.LastSegment} {
		dst = le.AppendUint64(dst, n)
	}
	dst = le.AppendUint32(dst, 0)
	return le.AppendUint32(dst, crc32.Checksum(dst[start:], castagnoli))
}

// ReadByVersion1 reads the slots of a file as version 1 did: it returns
// format.ErrVersion when it refuses to open the journal.
func ReadByVersion1(files *faultfs.FS, name string) (newest Checkpoint1, found bool, err error) {
	data := files.Get(name)
	for at := 0; at+64 <= len(data) && at < 4*4096; at += 4096 {
		slot, le := data[at:at+64], binary.LittleEndian
		if string(slot[:8]) != "OTACKPT\n" || le.Uint32(slot[60:]) != crc32.Checksum(slot[:60], castagnoli) {
			continue
		}
		if le.Uint32(slot[8:]) != 1 {
			return Checkpoint1{}, false, format.ErrVersion
		}
		got := Checkpoint1{le.Uint64(slot[16:]), le.Uint64(slot[24:]), int64(le.Uint64(slot[32:])), le.Uint64(slot[40:]), le.Uint64(slot[48:])}
		if !found || got.Seq > newest.Seq {
			newest, found = got, true
		}
	}
	return newest, found, nil
}
