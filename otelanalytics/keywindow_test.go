// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// TestKeyWindowHeirs: an event in the journal has the key when the call that holds it does not get it.
func TestKeyWindowHeirs(t *testing.T) {
	id := [16]byte{1}
	for _, test := range []struct {
		name     string
		accepted bool   // the event of the call
		seq      uint64 // of the heir
		taken    int
		known    bool
	}{
		{"the call's event is accepted", true, 5, 0, true},
		{"it is refused", false, 5, 1, true},
		{"it is refused, and nobody can wait for the heir", false, 0, 1, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newKeyWindow(3)
			taken := 0
			h := &heir{test.seq, func() { taken++ }}
			if w.inherit(id, h) {
				t.Error("a key was left that nobody holds")
			}
			e, _, _ := w.claim(t.Context(), id)
			if !w.inherit(id, h) || !w.inherit(id, &heir{9, func() { t.Error("the second one took it") }}) {
				t.Error("the key was not left")
			}
			w.settle(id, e, 7, test.accepted)
			if _, mine, err := w.claim(t.Context(), id); taken != test.taken || mine == test.known || err != nil {
				t.Errorf("taken %d times; the key is known: %v, %v", taken, !mine, err)
			}
			if w.inherit(id, h) == test.known {
				t.Errorf("a settled key was left: %v", test.known)
			}
		})
	}
}

// TestKeyWindowReleases goes through the moments at which an event can turn out never to be stored.
func TestKeyWindowReleases(t *testing.T) {
	id := func(n byte) [16]byte { return [16]byte{n} }
	accept := func(t *testing.T, w *keyWindow, n byte, seq uint64) *keyEntry {
		t.Helper()
		e, mine, err := w.claim(t.Context(), id(n))
		if err != nil || !mine {
			t.Fatalf("key %d: mine %v, %v", n, mine, err)
		}
		w.settle(id(n), e, seq, true)
		return e
	}
	known := func(t *testing.T, w *keyWindow, n byte) bool {
		t.Helper()
		e, mine, err := w.claim(t.Context(), id(n))
		if err != nil {
			t.Fatal(err)
		}
		if mine {
			w.settle(id(n), e, 0, false)
		}
		return !mine
	}
	for _, test := range []struct {
		name string
		do   func(t *testing.T, w *keyWindow)
		want bool // key 1 is known
	}{
		{"nothing", func(t *testing.T, w *keyWindow) { accept(t, w, 1, 7) }, true},
		{"its event", func(t *testing.T, w *keyWindow) { accept(t, w, 1, 7); w.release(id(1), 7) }, false},
		{"its event, among others", func(t *testing.T, w *keyWindow) {
			accept(t, w, 1, 7)
			w.releaseAll([]eventstore.Unstored{{ID: id(2), Seq: 6}, {ID: id(1), Seq: 7}})
		}, false},
		{"an earlier event with the id", func(t *testing.T, w *keyWindow) { accept(t, w, 1, 7); w.release(id(1), 3) }, true},
		{"before the call is through", func(t *testing.T, w *keyWindow) {
			e, _, _ := w.claim(t.Context(), id(1))
			w.release(id(1), 7)
			w.settle(id(1), e, 7, true)
		}, false},
		{"an earlier event, before the call is through", func(t *testing.T, w *keyWindow) {
			e, _, _ := w.claim(t.Context(), id(1))
			w.release(id(1), 3)
			w.settle(id(1), e, 7, true)
		}, true},
		{"an event that is recorded only", func(t *testing.T, w *keyWindow) { accept(t, w, 1, 0) }, true},
		{"twice", func(t *testing.T, w *keyWindow) {
			accept(t, w, 1, 7)
			w.release(id(1), 7)
			accept(t, w, 1, 8)
			w.release(id(1), 7)
		}, true},
		{"and the place in the ring comes round", func(t *testing.T, w *keyWindow) {
			accept(t, w, 1, 7)
			w.release(id(1), 7)
			accept(t, w, 2, 8)
			accept(t, w, 1, 9)  // the newest of three
			accept(t, w, 3, 10) // takes the place of the first event of key 1
			accept(t, w, 4, 11) // takes the place of key 2
		}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newKeyWindow(3)
			test.do(t, w)
			if got := known(t, w, 1); got != test.want {
				t.Errorf("the key is known: %v, want %v", got, test.want)
			}
			if len(w.seen) > 3 || len(w.ring) > 3 {
				t.Errorf("%d keys and %d places, want at most 3", len(w.seen), len(w.ring))
			}
		})
	}
}

// TestKeyWindowWakesThoseWhoWait: a call that waits for a key whose event will never be stored takes the key itself.
func TestKeyWindowWakesThoseWhoWait(t *testing.T) {
	w := newKeyWindow(3)
	id := [16]byte{1}
	first, _, err := w.claim(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan bool)
	go func() {
		_, mine, _ := w.claim(t.Context(), id)
		got <- mine
	}()
	w.release(id, 7)
	w.settle(id, first, 7, true)
	if !<-got {
		t.Error("the second call was told that its event is a duplicate")
	}
}
