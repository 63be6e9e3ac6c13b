// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"errors"
	"log/slog"
	"testing"
)

type noSink struct{}

func (noSink) Deliver(context.Context, []Event) ([]Verdict, error) { return nil, errors.New("out") }

// TestSumShowsABug: the sides of the sum are counted in different places, so that a settlement that is dropped on one of them
// breaks it.
func TestSumShowsABug(t *testing.T) {
	sound := func(s *Store) bool {
		st := s.Stats()
		sum := st.Pending + st.Lost
		for _, n := range st.Stored {
			sum += n
		}
		for _, n := range st.Deduplicated {
			sum += n
		}
		for _, n := range st.Quarantined {
			sum += n
		}
		return st.Accepted+st.Recovered == sum
	}
	one := &outcome{stored: []*pending{{Event: Event{Type: "e"}, seq: 2}}}
	for _, test := range []struct {
		name string
		do   func(s *Store)
		want bool
	}{
		{"settled", func(s *Store) { s.settle(one) }, true},
		{"deduplicated", func(s *Store) { s.settle(&outcome{deduplicated: one.stored}) }, true},
		{"quarantined", func(s *Store) { s.settle(&outcome{quarantined: one.stored}) }, true},
		{"settled in two parts", func(s *Store) {
			s.settle(one)
			s.settle(&outcome{redelivered: []*pending{{seq: 1}}})
		}, true},
		{"deduplicated, and not noted in the journal", func(s *Store) {
			s.tally.settle(&outcome{deduplicated: one.stored}, func() bool { return true })
		}, false},
		{"counted, and not noted in the journal", func(s *Store) { s.tally.settle(one, func() bool { return true }) }, false},
		{"noted in the journal, and not counted", func(s *Store) { s.note(one.spans()) }, false},
		{"counted twice", func(s *Store) { s.settle(one); s.settle(one) }, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := Open(t.Context(), noSink{}, Config{Dir: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
			if err != nil {
				t.Fatal(err)
			}
			ended, cancel := context.WithCancel(t.Context())
			cancel()
			defer func() { _ = s.Shutdown(ended) }()
			for range 3 {
				if _, err := s.Append(t.Context(), Event{Type: "e", Document: []byte{5, 0, 0, 0, 0}}, AckWritten); err != nil {
					t.Fatal(err)
				}
			}
			if !sound(s) {
				t.Fatalf("the sum does not hold to begin with: %+v", s.Stats())
			}
			test.do(s)
			if sound(s) != test.want {
				t.Errorf("the sum holds: %v, want %v: %+v", !test.want, test.want, s.Stats())
			}
		})
	}
}
