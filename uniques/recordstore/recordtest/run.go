// SPDX-License-Identifier: Apache-2.0

package recordtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// Run runs all tests. open returns an empty store, and is called once for each test.
func Run(t *testing.T, open func(*testing.T) recordstore.Store) {
	for _, c := range []struct {
		name string
		test func(*testing.T, recordstore.Store)
	}{
		{"keeps what it is given", keeps},
		{"never changes a record", immutable},
		{"lists by prefix and start", lists},
		{"deletes what has expired", expires},
		{"takes an id once, of several writers", contended},
		{"keeps no memory", keepsNoMemory},
		{"ends with the context", endsWithContext},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

var day = time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)

func record(id string, start time.Time, size int) recordstore.Record {
	data := make([]byte, size)
	for i := range data {
		data[i] = byte(i * 7)
	}
	return recordstore.Record{ID: id, Start: start, Data: data}
}

func put(t *testing.T, s recordstore.Store, r recordstore.Record) {
	t.Helper()
	if err := s.Put(t.Context(), r); err != nil {
		t.Fatalf("Put(%q): %v", r.ID, err)
	}
}

func load(t *testing.T, s recordstore.Store, ids ...string) map[string]recordstore.Record {
	t.Helper()
	records, err := s.Load(t.Context(), ids)
	if err != nil {
		t.Fatal(err)
	}
	byID := make(map[string]recordstore.Record)
	for _, r := range records {
		if _, twice := byID[r.ID]; twice {
			t.Errorf("Load returns %q twice", r.ID)
		}
		byID[r.ID] = r
	}
	return byID
}

func same(a, b recordstore.Record) bool {
	return a.ID == b.ID && a.Start.Equal(b.Start) && a.Expires.Equal(b.Expires) && bytes.Equal(a.Data, b.Data)
}

func keeps(t *testing.T, s recordstore.Store) {
	records := []recordstore.Record{
		record("a", day, 0), record("b|x=1&y=%7C|2026-11-27T00:00Z", day.Add(time.Hour), 66_000), record("größe", day, 3),
		record(strings.Repeat("l", recordstore.MaxID), day.Add(-100_000*time.Hour), recordstore.MaxData),
	}
	records[1].Expires = day.Add(24 * time.Hour)
	ids := []string{"there is none"}
	for _, r := range records {
		put(t, s, r)
		ids = append(ids, r.ID)
	}
	got := load(t, s, ids...)
	if len(got) != len(records) {
		t.Errorf("Load returns %d records, want %d", len(got), len(records))
	}
	for _, want := range records {
		if !same(got[want.ID], want) {
			t.Errorf("%.40q is not what was put: start %v, expires %v, %d bytes", want.ID, got[want.ID].Start, got[want.ID].Expires, len(got[want.ID].Data))
		}
	}
	if len(load(t, s)) != 0 {
		t.Error("Load of no ids returns records")
	}
}

func immutable(t *testing.T, s recordstore.Store) {
	first := record("a", day, 10)
	put(t, s, first)
	if err := s.Put(t.Context(), record("a", day.Add(time.Hour), 20)); !errors.Is(err, recordstore.ErrExists) {
		t.Errorf("Put of an id that is taken: %v, want ErrExists", err)
	}
	if got := load(t, s, "a")["a"]; !same(got, first) {
		t.Errorf("the record has become %+v", got)
	}
	put(t, s, record("b", day, 1))
	put(t, s, record("c", day, 1))
	if err := s.Delete(t.Context(), "a", "there is none", "c"); err != nil {
		t.Errorf("Delete: %v", err)
	}
	if got := load(t, s, "a", "b", "c"); len(got) != 1 || got["b"].ID == "" {
		t.Errorf("Delete leaves %d records, want b", len(got))
	}
	if err := s.Delete(t.Context()); err != nil {
		t.Errorf("Delete of nothing: %v", err)
	}
}

func lists(t *testing.T, s recordstore.Store) {
	for _, id := range []string{"lease|a", "sketch|m|1", "sketch|m|2", "sketch|m2|1", "sketch", "sketch}", "sketcg|m|1"} {
		put(t, s, record(id, day, 100))
	}
	put(t, s, record("recent|a", time.Now().UTC().Truncate(time.Second), 100))
	for i := range 5 {
		put(t, s, record(fmt.Sprintf("hour|%d", i), day.Add(time.Duration(i)*time.Hour), 1))
	}
	for _, c := range []struct {
		prefix   string
		from, to time.Time
		want     []string
	}{
		{"sketch|m|", time.Time{}, time.Time{}, []string{"sketch|m|1", "sketch|m|2"}},
		{"sketch|", time.Time{}, time.Time{}, []string{"sketch|m2|1", "sketch|m|1", "sketch|m|2"}},
		{"lease|", day, day.Add(time.Second), []string{"lease|a"}},
		{"recent|", day, time.Time{}, []string{"recent|a"}},
		{"nothing|", time.Time{}, time.Time{}, nil},
		{"hour|", day.Add(time.Hour), day.Add(3 * time.Hour), []string{"hour|1", "hour|2"}},
		{"hour|", day.Add(3 * time.Hour), time.Time{}, []string{"hour|3", "hour|4"}},
		{"hour|", time.Time{}, day.Add(time.Hour), []string{"hour|0"}},
	} {
		headers, err := s.List(t.Context(), c.prefix, c.from, c.to)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, h := range headers {
			got = append(got, h.ID)
			if r := load(t, s, h.ID)[h.ID]; !h.Start.Equal(r.Start) || len(h.Data) > 0 && !bytes.Equal(h.Data, r.Data) {
				t.Errorf("List says %+v of a record with start %v and %d bytes", h, r.Start, len(r.Data))
			}
		}
		if slices.Sort(got); !slices.Equal(got, c.want) {
			t.Errorf("List(%q, %v, %v) returns %q, want %q", c.prefix, c.from, c.to, got, c.want)
		}
	}
}

func expires(t *testing.T, s recordstore.Store) {
	now := time.Now().Truncate(time.Second)
	never, later, gone := record("never", day, 1), record("later", day, 1), record("gone", day, 1)
	later.Expires, gone.Expires = now.Add(1000*time.Hour), now.Add(-time.Second)
	for _, r := range []recordstore.Record{never, later, gone} {
		put(t, s, r)
	}
	if err := s.DeleteExpired(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	got := load(t, s, "never", "later", "gone")
	if len(got) != 2 || got["never"].ID == "" || got["later"].ID == "" {
		t.Errorf("after DeleteExpired there are %d records, want those that have not expired", len(got))
	}
}

// contended has several writers put one id at the same time.
func contended(t *testing.T, s recordstore.Store) {
	for round := range 10 {
		var group sync.WaitGroup
		var took atomic.Int64
		for range 4 {
			group.Go(func() {
				switch err := s.Put(context.Background(), record(fmt.Sprint("n", round), day, 1)); {
				case err == nil:
					took.Add(1)
				case !errors.Is(err, recordstore.ErrExists):
					t.Error(err)
				}
			})
		}
		group.Wait()
		if took.Load() != 1 {
			t.Errorf("%d of 4 writers have put one id", took.Load())
		}
	}
}

func keepsNoMemory(t *testing.T, s recordstore.Store) {
	r := record("a", day, 1_000)
	want := slices.Clone(r.Data)
	put(t, s, r)
	clear(r.Data)
	got := load(t, s, "a")["a"]
	if !bytes.Equal(got.Data, want) {
		t.Error("the record changes with the memory that Put was given")
	}
	clear(got.Data)
	if !bytes.Equal(load(t, s, "a")["a"].Data, want) {
		t.Error("the record changes with the memory that Load has returned")
	}
}

func endsWithContext(t *testing.T, s recordstore.Store) {
	put(t, s, record("a", day, 1))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Put(ctx, record("b", day, 1)); err == nil || errors.Is(err, recordstore.ErrExists) || errors.Is(err, recordstore.ErrRefused) {
		t.Errorf("Put with an ended context: %v", err)
	}
	if _, err := s.Load(ctx, []string{"a"}); err == nil {
		t.Error("Load with an ended context succeeds")
	}
}
