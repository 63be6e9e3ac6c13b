// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

func updating() bool {
	return flag.Lookup("update") != nil && flag.Lookup("update").Value.String() == "true"
}

// goldens are small journals with the checkpoints of both versions, byte by byte.
func goldens() map[string][]byte {
	first := format.AppendSegmentHeader(nil, format.SegmentHeader{Segment: 1, FirstSeq: 1, Created: 1_700_000_000_000_000_000})
	for i, p := range [][]byte{[]byte("hello"), nil, payload("three", 40000), []byte("four")} {
		first = format.AppendRecord(first, 1, int64(len(first)), uint64(i+1), 1_700_000_000_000_000_001+int64(i), p)
	}
	second := format.AppendSegmentHeader(nil, format.SegmentHeader{Segment: 2, FirstSeq: 5, Created: 1_700_000_001_000_000_000})
	second = format.AppendRecord(second, 2, int64(len(second)), 5, 1_700_000_001_000_000_000, []byte("fi"), []byte("ve"))
	checkpoint := make([]byte, format.CheckpointFileBytes)
	copy(checkpoint[format.CheckpointSlotBytes:], journal.AppendCheckpoint1(nil, journal.Checkpoint1{
		Seq: 1, Segment: 1, Offset: format.SegmentHeaderBytes, LastSeq: 5, LastSegment: 2,
	}))
	two := make([]byte, format.CheckpointFileBytes)
	copy(two[format.CheckpointSlotBytes:], format.AppendCheckpoint(nil, format.Checkpoint{
		Generation: 7, LastSeq: 5, LastSegment: 2, Consumers: []format.Position{
			{Seq: 3, Segment: 1, Offset: 42_000},
			{Name: "sketches", Seq: 1, Segment: 1, Offset: format.SegmentHeaderBytes},
		},
	}))
	damaged := bytes.Clone(first)
	damaged[33000] ^= 1
	return map[string][]byte{
		"v1/whole/" + format.SegmentName(1):   first,
		"v1/whole/" + format.SegmentName(2):   second,
		"v1/whole/checkpoint":                 checkpoint,
		"v1/damaged/" + format.SegmentName(1): damaged,
		"v1/damaged/" + format.SegmentName(2): second,
		"v1/damaged/checkpoint":               checkpoint,
		"v2/whole/" + format.SegmentName(1):   first,
		"v2/whole/" + format.SegmentName(2):   second,
		"v2/whole/checkpoint":                 two,
	}
}

// A change of the format must be seen, and old files stay readable.
func TestGolden(t *testing.T) {
	const root = "testdata"
	if updating() {
		for name, data := range goldens() {
			path := filepath.Join(root, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	tests := []struct {
		name      string
		want      [][]byte
		lost      uint64
		recovered uint64
	}{
		{"v1/whole", [][]byte{{}, payload("three", 40000), []byte("four"), []byte("five")}, 0, 4},
		{"v1/damaged", [][]byte{{}, []byte("five")}, 2, 4},
		{"v2/whole", [][]byte{[]byte("four"), []byte("five")}, 0, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := faultfs.New()
			list, err := os.ReadDir(filepath.Join(root, tt.name))
			if err != nil || len(list) != 3 {
				t.Fatal(len(list), err)
			}
			for _, e := range list {
				data, err := os.ReadFile(filepath.Join(root, tt.name, e.Name()))
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(data, goldens()[tt.name+"/"+e.Name()]) {
					t.Errorf("%s is written differently now", e.Name())
				}
				files.Put(filepath.Join(dir, e.Name()), data)
			}
			j := open(t, small(files))
			got := drain(t, j.NewReader())
			if diff := cmp.Diff(tt.want, got.payloads); diff != "" {
				t.Fatal(diff)
			}
			if rec := j.Recovery(); rec.Recovered != tt.recovered || rec.Lost != tt.lost {
				t.Fatalf("%+v", rec)
			}
		})
	}
}
