// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"errors"
	"testing"
)

// done is a ledger.
type done struct{ done, lost map[uint64]bool }

func newDone(lost ...uint64) *done {
	d := &done{map[uint64]bool{}, map[uint64]bool{}}
	for _, seq := range lost {
		d.lost[seq] = true
	}
	return d
}

func (d *done) Undone(first, last uint64) (n uint64) {
	for seq := first; seq <= last; seq++ {
		if !d.done[seq] {
			n++
		}
	}
	return n
}

func (d *done) FirstLost(first, last uint64) (uint64, bool) {
	for seq := first; seq <= last; seq++ {
		if d.done[seq] && d.lost[seq] {
			return seq, true
		}
	}
	return 0, false
}

// settle has the events from first to last done.
func settle(a *acks, first, last uint64) {
	for seq := first; seq <= last; seq++ {
		a.ledger.(*done).done[seq] = true
	}
	a.settled([]span{{first, last}})
}

// TestWaitForSeveral goes through the ways in which the events of one wait are dealt with: 4 is quarantined and 6 is lost.
func TestWaitForSeveral(t *testing.T) {
	for _, test := range []struct {
		name        string
		first, last uint64
		before      []span // done before the wait begins
		steps       []span // and after; the wait ends with the last, not before
		shorten     uint64 // after the steps
		want        error
	}{
		{"one", 5, 5, nil, []span{{3, 4}, {6, 7}, {5, 5}}, 0, nil},
		{"one that failed", 4, 4, nil, []span{{4, 4}}, 0, ErrQuarantined},
		{"one, while others are not done", 7, 7, nil, []span{{7, 9}}, 0, nil},
		{"several at once", 1, 3, nil, []span{{1, 9}}, 0, nil},
		{"several, one by one", 1, 3, nil, []span{{1, 1}, {2, 2}, {3, 3}}, 0, nil},
		{"several, from behind", 1, 3, nil, []span{{3, 3}, {2, 2}, {1, 1}}, 0, nil},
		{"the first error counts", 1, 7, nil, []span{{5, 7}, {1, 4}}, 0, ErrQuarantined},
		{"lost", 5, 7, nil, []span{{6, 6}, {5, 5}, {7, 7}}, 0, ErrLost},
		{"some are done before", 1, 3, []span{{2, 2}}, []span{{1, 1}, {3, 3}}, 0, nil},
		{"all are done before", 3, 5, []span{{3, 5}}, nil, 0, ErrQuarantined},
		{"shortened to what is done", 1, 9, nil, []span{{1, 3}}, 3, nil},
		{"shortened to one that failed", 4, 9, nil, []span{{4, 4}}, 4, ErrQuarantined},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := newAcks(newDone(6))
			a.fail(4, ErrQuarantined)
			for _, s := range test.before {
				settle(a, s.first, s.last)
			}
			a.mu.Lock()
			w := a.await(test.first, test.last)
			a.mu.Unlock()
			for _, s := range test.steps {
				if ended(w) {
					t.Fatalf("the wait ended before %v was dealt with", s)
				}
				settle(a, s.first, s.last)
			}
			if test.shorten > 0 {
				if ended(w) {
					t.Fatal("the wait ended early")
				}
				a.shorten(w, test.shorten)
			}
			if !ended(w) || !errors.Is(w.err, test.want) {
				t.Fatalf("ended: %v, %v; want %v", ended(w), w.err, test.want)
			}
			if n := len(a.all()); n > 0 || len(a.singles) > 0 {
				t.Errorf("%d are still waited for", n)
			}
			a.close(errShutDown)
			a.shorten(w, test.first)
		})
	}
}

func TestShortenedWaitGoesOn(t *testing.T) {
	a := newAcks(newDone())
	w := a.await(1, 9)
	settle(a, 1, 2)
	a.shorten(w, 4)
	if ended(w) {
		t.Fatal("3 and 4 are not dealt with")
	}
	settle(a, 3, 4)
	if !ended(w) {
		t.Fatal("it waits for what it was shortened by")
	}
}

// TestQuarantinedWhileOthersAreMany remembers that an event of a wait was quarantined, however many were since.
func TestQuarantinedWhileOthersAreMany(t *testing.T) {
	a := newAcks(newDone())
	w := a.await(1, 2)
	a.fail(2, ErrQuarantined)
	for range 2 * maxFailed {
		a.fail(99, ErrQuarantined)
	}
	if len(a.failed) > maxFailed {
		t.Errorf("%d are remembered", len(a.failed))
	}
	settle(a, 1, 2)
	if !ended(w) || !errors.Is(w.err, ErrQuarantined) {
		t.Errorf("ended: %v, %v", ended(w), w.err)
	}
}

// TestDamageEndsAWait without anything being settled.
func TestDamageEndsAWait(t *testing.T) {
	l := newDone(3)
	a := newAcks(l)
	one, two := a.await(3, 3), a.await(3, 4)
	l.done[3] = true
	a.recheck()
	if !ended(one) || !errors.Is(one.err, ErrLost) || ended(two) {
		t.Errorf("%v, %v, %v", ended(one), one.err, ended(two))
	}
}

func TestWaitThatIsGivenUp(t *testing.T) {
	a := newAcks(newDone())
	w := a.await(1, 9)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := Receipt{store: &Store{outlet: &outlet{acks: a}}, ack: AckStored, wait: w}
	if err := r.Wait(ctx); !errors.Is(err, ErrUnconfirmed) || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if len(a.all()) > 0 {
		t.Error("it is still in the list")
	}
	w = a.await(1, 9)
	settle(a, 1, 3)
	a.close(errShutDown)
	if !ended(w) || !errors.Is(w.err, ErrUnconfirmed) {
		t.Errorf("after the end: %v", w.err)
	}
	if w = a.await(8, 9); !ended(w) || !errors.Is(w.err, ErrUnconfirmed) {
		t.Errorf("a wait that begins after the end: %v", w.err)
	}
}

func ended(w *wait) bool {
	select {
	case <-w.done:
		return true
	default:
		return false
	}
}
