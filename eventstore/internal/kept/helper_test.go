// SPDX-License-Identifier: Apache-2.0

package kept_test

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/kept"
)

const dir = "data"

var at = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// opened is a journal with an index.
type opened struct {
	t testing.TB
	*journal.Journal
	index  *kept.Index
	reader *journal.Reader
}

// open opens a journal whose segments have two blocks, which are five of the records that fill appends.
func open(t testing.TB, files *faultfs.FS) (*opened, error) {
	index := kept.New(files, dir)
	j, err := journal.Open(dir, journal.Options{
		FS: files, Keep: index.Keep, SegmentBytes: 2 * format.BlockBytes, MaxBytes: 1 << 20, SyncInterval: time.Hour,
	})
	if err != nil {
		return nil, err
	}
	if err := index.Load(); err != nil {
		return nil, errors.Join(err, j.Close())
	}
	o := &opened{t, j, index, j.NewReader()}
	t.Cleanup(func() { o.close() })
	return o, nil
}

func mustOpen(t testing.TB, files *faultfs.FS) *opened {
	t.Helper()
	o, err := open(t, files)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func (o *opened) close() { _ = errors.Join(o.Close(), o.index.Close()) }

func payload(seq uint64) []byte { return bytes.Repeat([]byte(fmt.Sprintf("%4d|", seq)), 2_000) }

// fill appends records.
func (o *opened) fill(n int) (err error) {
	for range n {
		if _, err = o.Append(payload(o.Stats().LastSeq + 1)); err != nil {
			return err
		}
	}
	return nil
}

// refuse has events refused, and settles them.
func (o *opened) refuse(reason string, seqs ...uint64) error {
	var events []kept.Event
	for _, seq := range seqs {
		segment, ok := o.SegmentOf(seq)
		if !ok {
			return fmt.Errorf("record %d is in no segment", seq)
		}
		events = append(events, kept.Event{Segment: segment, Seq: seq, Reason: reason, At: at})
	}
	if err := o.index.Add(events); err != nil {
		return err
	}
	for _, seq := range seqs {
		if err := o.Settle(seq, seq); err != nil {
			return err
		}
	}
	return o.Commit()
}

// all lists the events that an index has, with their reasons, as somebody finds them who only looks.
func all(t testing.TB, files *faultfs.FS) map[uint64]string {
	t.Helper()
	index, err := kept.Look(files, dir)
	if err != nil {
		t.Fatal(err)
	}
	got := map[uint64]string{}
	if err := index.Each(func(e kept.Event) error {
		if !bytes.Equal(e.Payload, payload(e.Seq)) || !e.At.Equal(at) {
			t.Errorf("event %d has another's content, at %v", e.Seq, e.At)
		}
		got[e.Seq] = e.Reason
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return got
}

// moved is a quarantine file.
type moved struct {
	reasons map[uint64]string
	order   []uint64
	room    int // -1: any
}

var errFull = fmt.Errorf("the quarantine file: %w", syscall.ENOSPC)

func (m *moved) write(events []kept.Event) error {
	if m.room >= 0 && len(events) > m.room {
		return errFull
	}
	if m.room >= 0 {
		m.room -= len(events)
	}
	for _, e := range events {
		if !bytes.Equal(e.Payload, payload(e.Seq)) {
			return fmt.Errorf("event %d has another's content", e.Seq)
		}
		m.reasons[e.Seq] = e.Reason
		m.order = append(m.order, e.Seq)
	}
	return nil
}

func newMoved(room int) *moved { return &moved{reasons: map[uint64]string{}, room: room} }

func bytesOn(files *faultfs.FS) (n int64) {
	for _, name := range files.Names(dir) {
		n += int64(len(files.Get(filepath.Join(dir, name))))
	}
	return n
}
