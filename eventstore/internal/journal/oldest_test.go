// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
)

func TestOldestAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := small(faultfs.New())
		j := open(t, o)
		var times []int64
		for range 10 {
			<-time.After(time.Minute)
			times = append(times, time.Now().UnixNano())
			fill(t, j, 1, 9000)
		}
		for seq := range uint64(10) {
			if err := j.Checkpoint(seq); err != nil {
				t.Fatal(err)
			}
			if got := j.Stats().OldestUnixNano; got != times[seq] {
				t.Fatalf("behind %d: %d, want %d", seq, got, times[seq])
			}
		}
		if err := j.Checkpoint(10); err != nil {
			t.Fatal(err)
		}
		if got := j.Stats().OldestUnixNano; got != 0 {
			t.Fatalf("nothing waits: %d", got)
		}
		<-time.After(time.Minute)
		fill(t, j, 1, 10)
		if got := j.Stats().OldestUnixNano; got != time.Now().UnixNano() {
			t.Fatalf("the next: %d", got)
		}
		closeJournal(t, j)
		j = open(t, o)
		if got := j.Stats().OldestUnixNano; got != time.Now().UnixNano() {
			t.Fatalf("after opening again: %d", got)
		}
		closeJournal(t, j)
	})
}
