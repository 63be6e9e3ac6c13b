// SPDX-License-Identifier: Apache-2.0

package livepage_test

import (
	"fmt"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// TestMovesBeyondALimit tracks what fills a limit before anybody looks. What a viewer sees moved is what /metrics has, with other in
// the place of a further value.
func TestMovesBeyondALimit(t *testing.T) {
	s := start(t)
	s.enter()
	visit := func(page string) { s.track(otelanalytics.Event{Type: "visit", Data: map[string]any{"page": page}}) }
	visit("a")
	visit("b")
	st := s.stream("")
	s.watching(st)
	visit("c")
	visit("b")
	var got []string
	for _, e := range st.events(2) {
		for _, m := range e.Moves {
			got = append(got, fmt.Sprint(m.Metric, m.Labels, m.By))
		}
	}
	if want := "[visits[page other] 1 visits[page b] 1]"; fmt.Sprint(got) != want {
		t.Errorf("moved %v, want %s", got, want)
	}
	servicetest.WantLines(t, s.prom.Handler(), `visits_total{page="other"} 1`, `visits_total{page="b"} 2`)
}

// TestSwitchedOffEventsMoveNothing on the page either.
func TestSwitchedOffEventsMoveNothing(t *testing.T) {
	s := start(t)
	s.enter()
	st := s.stream("")
	s.watching(st)
	if err := s.client.Switches().SetEvent("login", false); err != nil {
		t.Fatal(err)
	}
	s.track(otelanalytics.Event{Type: "login"})
	if err := s.client.Track(t.Context(), otelanalytics.Event{Type: "sale", Data: map[string]any{"amount": 1}}, otelanalytics.WithoutMetrics()); err != nil {
		t.Fatal(err)
	}
	for _, e := range st.events(2) {
		if len(e.Moves) != 0 {
			t.Errorf("%s moved %v", e.Type, e.Moves)
		}
	}
}
