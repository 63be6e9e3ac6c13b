// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"errors"
	"testing"
)

// TestWaitForSeveral goes through the ways in which the events of one wait are dealt with.
func TestWaitForSeveral(t *testing.T) {
	outcomes := map[uint64]error{4: ErrQuarantined, 6: ErrLost}
	outcome := func(seq uint64) error { return outcomes[seq] }
	for _, test := range []struct {
		name        string
		first, last uint64
		before      []uint64 // resolved before the wait begins
		steps       []uint64 // and after; the wait ends with the last, not before
		shorten     uint64   // after the steps
		want        error
	}{
		{"one", 5, 5, nil, []uint64{3, 5}, 0, nil},
		{"one that failed", 4, 4, nil, []uint64{4}, 0, ErrQuarantined},
		{"several at once", 1, 3, nil, []uint64{9}, 0, nil},
		{"several, one by one", 1, 3, nil, []uint64{1, 2, 3}, 0, nil},
		{"the first error counts", 1, 7, nil, []uint64{3, 5, 7}, 0, ErrQuarantined},
		{"lost", 5, 7, nil, []uint64{6, 7}, 0, ErrLost},
		{"some are done before", 1, 3, []uint64{2}, []uint64{3}, 0, nil},
		{"all are done before", 3, 5, []uint64{5}, nil, 0, ErrQuarantined},
		{"shortened to what is done", 1, 9, nil, []uint64{3}, 3, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := newAcks()
			a.fail(4, ErrQuarantined)
			for _, seq := range test.before {
				a.resolve(seq, outcome)
			}
			a.mu.Lock()
			w := a.await(test.first, test.last)
			a.mu.Unlock()
			for _, seq := range test.steps {
				if ended(w) {
					t.Fatalf("the wait ended before %d was dealt with", seq)
				}
				a.resolve(seq, outcome)
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
			if len(a.waiting) > 0 {
				t.Error("it is still waited for")
			}
			a.close()
			a.shorten(w, test.first)
		})
	}
}

func TestShortenedWaitGoesOn(t *testing.T) {
	a := newAcks()
	w := a.await(1, 9)
	a.resolve(2, lost)
	a.shorten(w, 4)
	if ended(w) {
		t.Fatal("3 and 4 are not dealt with")
	}
	a.resolve(4, lost)
	if !ended(w) {
		t.Fatal("it waits for what it was shortened by")
	}
}

func TestWaitThatIsGivenUp(t *testing.T) {
	a := newAcks()
	w := a.await(1, 9)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := Receipt{store: &Store{acks: a}, ack: AckStored, wait: w}
	if err := r.Wait(ctx); !errors.Is(err, ErrUnconfirmed) || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if len(a.waiting) > 0 {
		t.Error("it is still in the list")
	}
	w = a.await(1, 9)
	a.resolve(3, lost)
	a.close()
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
