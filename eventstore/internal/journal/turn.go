// SPDX-License-Identifier: Apache-2.0

package journal

import "context"

// Turn keeps a batch together that waits for room in its midst: from the
// moment when some of its records were appended and ErrFull was returned for
// the rest, every other append gets ErrFull too, until End. So the sequence
// numbers of the batch follow each other, and later appends cannot starve it.
// One goroutine may use a Turn.
type Turn struct {
	journal *Journal
	ended   chan struct{}
}

// NewTurn returns a turn, to be ended by its End.
func (j *Journal) NewTurn() *Turn { return &Turn{journal: j, ended: make(chan struct{})} }

// AppendBatchAt is [Journal.AppendBatch] within the turn. now is as for [Journal.AppendAt].
func (t *Turn) AppendBatchAt(now int64, records [][][]byte) (first uint64, n int, err error) {
	return t.journal.appendBatch(t, now, records)
}

// WaitSpace is [Journal.WaitSpace] within the turn.
func (t *Turn) WaitSpace(ctx context.Context) error { return t.journal.waitSpace(ctx, t) }

// End lets others in again. It is called once.
func (t *Turn) End() {
	l := &t.journal.log
	l.mu.Lock()
	if l.room.turn == t {
		l.room.turn = nil
	}
	l.mu.Unlock()
	close(t.ended)
}
