// SPDX-License-Identifier: Apache-2.0

package sketch

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"testing"
)

const record = "sketch|active_users||2026-11-27T21:00Z|3600|a1"

func of(n uint64) *Sketch {
	s := New()
	for v := range n {
		s.Add(mixed(3, v))
	}
	return s
}

func TestFrame(t *testing.T) {
	key := NewHasher([]byte("0123456789abcdef")).ID()
	for _, n := range []uint64{0, 1, 400, 1_000, 3_999, 20_000} {
		s := of(n)
		before := []byte("before")
		data := s.Append(slices.Clone(before), key, record)
		if !bytes.HasPrefix(data, before) {
			t.Fatalf("%d values: Append has overwritten what was there", n)
		}
		got, err := Parse(data[len(before):], key, record)
		if err != nil || got.Count() != s.Count() || got.Dense() != s.Dense() {
			t.Errorf("%d values: %v, dense: %v, %v", n, got.Count(), got.Dense(), err)
			continue
		}
		clear(data) // nothing of it may be in use
		got.Merge(s)
		if got.Count() != s.Count() {
			t.Errorf("%d values: %d after its memory was used again", n, got.Count())
		}
	}
}

func TestParseRefuses(t *testing.T) {
	key := NewHasher([]byte("0123456789abcdef")).ID()
	whole := of(50).Append(nil, key, record)
	resealed := func(change func([]byte) []byte) []byte {
		body := change(slices.Clone(whole[:len(whole)-frameSum]))
		return binary.BigEndian.AppendUint32(body, checksum(record, body))
	}
	for _, c := range []struct {
		name   string
		data   []byte
		record string
		want   error
	}{
		{"nothing", nil, record, ErrDamaged},
		{"too short", whole[:frameHead+frameSum-1], record, ErrDamaged},
		{"cut off", whole[:len(whole)-1], record, ErrDamaged},
		{"longer", append(slices.Clone(whole), 0), record, ErrDamaged},
		{"that of another record", whole, "sketch|other||2026-11-27T21:00Z|3600|a1", ErrDamaged},
		{"another key", of(50).Append(nil, KeyID{1}, record), record, ErrKey},
		{"a later version", resealed(func(b []byte) []byte { b[0] = 9; return b }), record, ErrVersion},
		{"another precision", resealed(func(b []byte) []byte { b[frameHead+1] = 14; return b }), record, ErrDamaged},
		{"a library's older version", resealed(func(b []byte) []byte { b[frameHead] = 7; return b }), record, ErrDamaged},
		{"an unknown form", resealed(func(b []byte) []byte { b[frameHead-1] = 2; return b }), record, ErrDamaged},
		{"a sparse sketch that is called packed", resealed(func(b []byte) []byte { b[frameHead-1] = packed; return b }), record, ErrDamaged},
		{"packed, and short", resealed(func(b []byte) []byte {
			return append(append(b[:frameHead-1], packed), pack(make([]byte, denseSize-1))...)
		}), record, ErrDamaged},
		{"packed, and long", resealed(func(b []byte) []byte { return append(append(b[:frameHead-1], packed), pack(make([]byte, 1<<24))...) }), record, ErrDamaged},
		{"no sketch", resealed(func(b []byte) []byte { return b[:frameHead] }), record, ErrDamaged},
	} {
		if s, err := Parse(c.data, key, c.record); !errors.Is(err, c.want) || s != nil {
			t.Errorf("%s: %v, %v; want %v", c.name, s, err, c.want)
		}
	}
	if dense := of(20_000).Append(nil, key, record); len(dense) > 30_000 {
		t.Errorf("a dense sketch has %d bytes", len(dense))
	}
	for bit := range 8 * len(whole) {
		data := slices.Clone(whole)
		data[bit/8] ^= 1 << (bit % 8)
		if _, err := Parse(data, key, record); err == nil {
			t.Fatalf("a sketch with bit %d flipped is taken", bit)
		}
	}
}

// FuzzParse: nothing makes Parse panic, and what it takes is what Append writes. The checksum is made right, so that damage
// reaches what is behind it.
func FuzzParse(f *testing.F) {
	key := NewHasher([]byte("0123456789abcdef")).ID()
	for _, n := range []uint64{0, 1, 700, 5_000} {
		data := of(n).Append(nil, key, record)
		f.Add(data[:len(data)-frameSum])
	}
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, body []byte) {
		if _, err := Parse(body, key, record); err == nil {
			return
		}
		s, err := Parse(binary.BigEndian.AppendUint32(slices.Clone(body), checksum(record, body)), key, record)
		if err != nil {
			if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrKey) && !errors.Is(err, ErrVersion) {
				t.Fatal(err)
			}
			return
		}
		again, err := Parse(s.Append(nil, key, record), key, record)
		if err != nil || again.Count() != s.Count() {
			t.Fatalf("%d, %v; was %d", again.Count(), err, s.Count())
		}
		u := of(10)
		u.Merge(s)
		u.Count()
	})
}
