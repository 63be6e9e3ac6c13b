// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"bytes"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// FuzzDamagedRecords damages one of four saved sketches in some way. The number is that of the three others, before and after a
// roll-up, and the damage is counted once and logged.
func FuzzDamagedRecords(f *testing.F) {
	at := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	w := newWorld(f)
	for writer, users := range []int{1, 40, 700, 5_000} { // the last one is dense
		p := w.start(0)
		p.counter.config.now = func() time.Time { return at }
		for n := range users {
			if err := p.deliver(event(user(writer*10_000+n), at, at)); err != nil {
				f.Fatal(err)
			}
		}
		if err := p.counter.Save(f.Context()); err != nil {
			f.Fatal(err)
		}
	}
	headers, err := w.records.List(f.Context(), sketchPrefix, time.Time{}, time.Time{})
	if err != nil {
		f.Fatal(err)
	}
	saved, err := w.records.Load(f.Context(), idsOf(headers))
	if err != nil || len(saved) != 4 {
		f.Fatal(len(saved), err)
	}
	// read returns the number and the counter, three hours later.
	read := func(t testing.TB, log *slog.Logger, records ...recordstore.Record) (*Counter, uint64) {
		t.Helper()
		store := new(recordstore.Memory)
		for _, r := range records {
			if err := store.Put(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		}
		c, err := New(Config{
			Metrics: []Metric{{Name: "users", Windows: map[string]time.Duration{"daily": 24 * time.Hour}}},
			Key:     []byte("0123456789abcdef"), Records: store, Logger: log, now: func() time.Time { return at.Add(3 * time.Hour) },
		})
		if err != nil {
			t.Fatal(err)
		}
		return c, number(t, c)
	}
	var without [4]uint64
	_, all := read(f, slog.New(slog.DiscardHandler), saved...)
	for i := range saved {
		_, without[i] = read(f, slog.New(slog.DiscardHandler), slices.Delete(slices.Clone(saved), i, i+1)...)
	}
	for how := range uint8(damages) {
		f.Add(how%4, how, uint16(20), []byte{1})
		f.Add(how%4, how, uint16(0), []byte{0xff, 0, 0xff})
	}
	f.Fuzz(func(t *testing.T, which, how uint8, at uint16, patch []byte) {
		i := int(which) % len(saved)
		records := slices.Clone(saved)
		records[i] = damage(records[i], saved[(i+1)%len(saved)], how, int(at), patch)
		want, count := without[i], int64(1)
		if records[i].ID == saved[i].ID && records[i].Start.Equal(saved[i].Start) && bytes.Equal(records[i].Data, saved[i].Data) {
			want, count = all, 0
		}
		if len(records[i].ID) > recordstore.MaxID || len(records[i].Data) > recordstore.MaxData {
			t.Skip("a store does not take it")
		}
		var log servicetest.Log
		c, got := read(t, log.Logger(), records...)
		if got != want {
			t.Errorf("%d, want %d", got, want)
		}
		if err := c.RollUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got = number(t, c); got != want {
			t.Errorf("after a roll-up: %d, want %d", got, want)
		}
		if n := c.Stats().Damaged; n != count || strings.Count(log.String(), "is skipped") != int(count) {
			t.Errorf("%d records are damaged, want %d; the log:\n%s", n, count, &log)
		}
	})
}

func number(t testing.TB, c *Counter) uint64 {
	t.Helper()
	numbers, err := c.Numbers(t.Context())
	if err != nil || len(numbers) != 1 {
		t.Fatal(numbers, err)
	}
	return numbers[0].Value
}

// damages is how many sorts of damage there are.
const damages = 8

// damage returns a record as damage to a database would leave it.
func damage(r, other recordstore.Record, how uint8, at int, patch []byte) recordstore.Record {
	r.Data = slices.Clone(r.Data)
	at %= len(r.Data)
	switch how % damages {
	case 0: // bits are flipped
		for i, b := range patch {
			r.Data[(at+i)%len(r.Data)] ^= b
		}
	case 1:
		r.Data = r.Data[:at]
	case 2:
		r.Data = slices.Insert(r.Data, at, patch...)
	case 3: // the data of another one
		r.Data = slices.Clone(other.Data)
	case 4:
		r.Start = r.Start.Add(time.Duration(at) * time.Hour)
	case 5:
		r.Data = patch
	case 6: // under the id of another writer
		r.ID += string('A' + rune(at%26))
	case 7: // of another hour
		r.ID = strings.Replace(r.ID, "T12:00Z", "T11:00Z", 1)
		r.Start = r.Start.Add(-time.Hour)
	}
	return r
}
