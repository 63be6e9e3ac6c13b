// SPDX-License-Identifier: Apache-2.0

package format

import (
	"bytes"
	"encoding/hex"
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestCheckpointRoundTrip(t *testing.T) {
	many := Checkpoint{Generation: 1, Consumers: []Position{{Seq: MaxNumber}}}
	for i := range MaxConsumers - 1 {
		many.Consumers = append(many.Consumers, Position{Name: strings.Repeat("a", MaxConsumerName-i), Seq: uint64(i)})
	}
	tests := []struct {
		name string
		want Checkpoint
	}{
		{"one consumer", Checkpoint{Generation: 6, LastSeq: 4, LastSegment: 5, Consumers: []Position{{Seq: 1, Segment: 2, Offset: 3}}}},
		{"two", Checkpoint{Generation: 6, LastSeq: 4, LastSegment: 5, Consumers: []Position{
			{Seq: 1, Segment: 2, Offset: 3}, {Name: "sketches", Seq: 9, Segment: 8, Offset: 7},
		}}},
		{"as many as there can be", many},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data := AppendCheckpoint(nil, tt.want)
			if got, err := DecodeCheckpoint(data); err != nil || !reflect.DeepEqual(got, tt.want) || len(data) > CheckpointSlotBytes {
				t.Fatalf("%+v, %v, %d bytes", got, err, len(data))
			}
			for i := range data {
				changed := bytes.Clone(data)
				changed[i] ^= 1
				if got, err := DecodeCheckpoint(changed); err == nil {
					t.Fatalf("byte %d: %+v", i, got)
				}
				if got, err := DecodeCheckpoint(data[:i]); err == nil {
					t.Fatalf("%d bytes: %+v", i, got)
				}
			}
		})
	}
}

// What is whole and makes no sense is refused, too.
func TestImpossibleCheckpoint(t *testing.T) {
	tests := []struct {
		name string
		c    Checkpoint
	}{
		{"no consumer", Checkpoint{Generation: 1}},
		{"no generation", Checkpoint{Consumers: []Position{{}}}},
		{"no first consumer", Checkpoint{Generation: 1, Consumers: []Position{{Name: "a"}}}},
		{"two first consumers", Checkpoint{Generation: 1, Consumers: []Position{{}, {}}}},
		{"two of a name", Checkpoint{Generation: 1, Consumers: []Position{{}, {Name: "a"}, {Name: "a"}}}},
		{"a number too large", Checkpoint{Generation: 1, Consumers: []Position{{}, {Name: "a", Seq: MaxNumber + 1}}}},
		{"an offset below 0", Checkpoint{Generation: 1, Consumers: []Position{{Offset: -1}}}},
		{"too many consumers", Checkpoint{Generation: 1, Consumers: make([]Position, MaxConsumers+1)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := DecodeCheckpoint(AppendCheckpoint(nil, tt.c)); err == nil || errors.Is(err, ErrVersion) {
				t.Fatalf("%+v, %v", got, err)
			}
		})
	}
}

// A checkpoint as version 1 wrote it.
func TestCheckpointOfVersion1(t *testing.T) {
	data, err := hex.DecodeString("4f5441434b50540a01000000000000000100000000000000010000000000" +
		"000030000000000000000500000000000000020000000000000000000000bdcaefe9")
	if err != nil {
		t.Fatal(err)
	}
	want := Checkpoint{LastSeq: 5, LastSegment: 2, Consumers: []Position{{Seq: 1, Segment: 1, Offset: SegmentHeaderBytes}}}
	if got, err := DecodeCheckpoint(data); err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("%+v, %v", got, err)
	}
}

func TestNewerCheckpoint(t *testing.T) {
	at := func(generation, seq, last uint64) *Checkpoint {
		return &Checkpoint{Generation: generation, LastSeq: last, Consumers: []Position{{Seq: seq}}}
	}
	tests := []struct {
		name string
		a, b *Checkpoint
		want bool
	}{
		{"later generation", at(3, 1, 1), at(2, 9, 9), true},
		{"any generation after version 1", at(1, 1, 1), at(0, 9, 9), true},
		{"version 1, more is done", at(0, 2, 2), at(0, 1, 9), true},
		{"version 1, more was given out", at(0, 2, 9), at(0, 2, 3), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.a.IsNewer(tt.b) != tt.want || tt.b.IsNewer(tt.a) == tt.want {
				t.Errorf("%+v and %+v", tt.a, tt.b)
			}
		})
	}
}

func FuzzCheckpoint(f *testing.F) {
	f.Add(AppendCheckpoint(nil, Checkpoint{Generation: 1, Consumers: []Position{{Seq: 1}, {Name: "a"}}}))
	f.Add([]byte("OTACKPT\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := DecodeCheckpoint(data)
		if err != nil || c.Generation == 0 {
			return
		}
		if again, err := DecodeCheckpoint(AppendCheckpoint(nil, c)); err != nil || !reflect.DeepEqual(again, c) {
			t.Fatalf("%+v comes back as %+v, %v", c, again, err)
		}
	})
}
