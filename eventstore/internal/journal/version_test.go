// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

func TestUnknownVersionTouchesNothing(t *testing.T) {
	tests := []struct {
		name   string
		change func(*faultfs.FS)
	}{
		{"segment", func(f *faultfs.FS) {
			edit(f, segmentPath(3), func(b []byte) []byte { copy(b, later(b[:44])); return b })
		}},
		{"checkpoint", func(f *faultfs.FS) {
			data := format.AppendCheckpoint(nil, format.Checkpoint{Generation: 1, Consumers: []format.Position{{Seq: 5}}})
			f.Put(filepath.Join(dir, "checkpoint"), append(later(data[:60]), data[64:]...))
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := build(t)
			tt.change(files)
			flip(files, 1, 500)
			before, names := files.Ops(), files.Names(dir)
			_, err := journal.Inspect(t.Context(), dir, journal.InspectOptions{FS: files})
			wantError(t, err, journal.ErrVersion)
			_, err = journal.Open(dir, small(files))
			wantError(t, err, journal.ErrVersion)
			if files.Ops() != before+1 || // the fsync of the parent
				!cmp.Equal(names, files.Names(dir)) || files.OpenFiles() != 0 {
				t.Fatalf("%d operations, files %v, %d open", files.Ops()-before, files.Names(dir), files.OpenFiles())
			}
		})
	}
}

// later is a header of the version after this one.
func later(head []byte) []byte {
	head = bytes.Clone(head)
	head[8]++
	return binary.LittleEndian.AppendUint32(head, crc32.Checksum(head, crc32.MakeTable(crc32.Castagnoli)))
}
