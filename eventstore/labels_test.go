// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// wordy is a sink whose answers have labels that its author did not think about. It counts the events that it was offered.
type wordy struct {
	answer  func(n int) (eventstore.Verdict, error)
	prepare error

	mu sync.Mutex
	n  int
}

func (w *wordy) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var verdicts []eventstore.Verdict
	for range events {
		v, err := w.answer(w.n)
		w.n++
		if err != nil {
			return verdicts, err
		}
		verdicts = append(verdicts, v)
	}
	return verdicts, nil
}

func (w *wordy) Prepare(context.Context) error { return w.prepare }

// TestLabelsOfSinks: whatever words a sink finds, every event is counted on the page, in a bounded number of series.
func TestLabelsOfSinks(t *testing.T) {
	refuse := func(reason func(n int) string) func(int) (eventstore.Verdict, error) {
		return func(n int) (eventstore.Verdict, error) {
			return eventstore.Verdict{Outcome: eventstore.Refused, Reason: reason(n)}, nil
		}
	}
	fail := func(kind, reason func(n int) string) func(int) (eventstore.Verdict, error) {
		return func(n int) (eventstore.Verdict, error) {
			err := &eventstore.DeliveryError{Kind: kind(n), Reason: reason(n), Blame: eventstore.BlameEvents, Err: errors.New("no")}
			return eventstore.Verdict{}, fmt.Errorf("wrapped: %w", err)
		}
	}
	always := func(text string) func(int) string { return func(int) string { return text } }
	each := func(format string) func(int) string { return func(n int) string { return fmt.Sprintf(format, n) } }
	const events = 130
	for name, test := range map[string]struct {
		answer  func(int) (eventstore.Verdict, error)
		prepare error
		reasons map[string]int64 // some of those that are counted
		series  int              // how many are counted
		kinds   map[string]int64 // as reasons
	}{
		"a plain reason":             {refuse(always("ugly")), nil, map[string]int64{"ugly": events}, 1, nil},
		"no reason":                  {refuse(always("")), nil, map[string]int64{"refused": events}, 1, nil},
		"a reason that is not UTF-8": {refuse(always("caf\xe9")), nil, map[string]int64{"caf\ufffd": events}, 1, nil},
		"reasons that are not UTF-8, and well": {
			refuse(func(n int) string { return []string{"\xff", "ugly"}[n%2] }), nil,
			map[string]int64{"\ufffd": events / 2, "ugly": events / 2},
			2, nil,
		},
		"a long reason": {refuse(always(strings.Repeat("a", 1<<20))), nil, map[string]int64{strings.Repeat("a", 100): events}, 1, nil},
		"a long reason that is cut within a character": {
			refuse(always("a" + strings.Repeat("é", 90))), nil,
			map[string]int64{"a" + strings.Repeat("é", 49): events},
			1, nil,
		},
		"a reason for each event": {
			refuse(each("event %d")), nil,
			map[string]int64{"event 0": 1, "event 50": 1, "event 129": 0, "other": events - 100}, // deliveries may change places around the hundredth
			101, nil,
		},
		"known reasons after too many": {
			refuse(func(n int) string { return fmt.Sprint(n % 110) }), nil,
			map[string]int64{"5": 2, "other": 10},
			101, nil,
		},
		"a kind that is not UTF-8": {
			fail(always("caf\xe9"), always("")), nil,
			map[string]int64{"refused_caf\ufffd": events},
			1,
			map[string]int64{"caf\ufffd": events},
		},
		"a kind and a reason that are not UTF-8": {
			fail(always("caf\xe9"), always("th\xe9")), nil,
			map[string]int64{"th\ufffd": events},
			1,
			map[string]int64{"caf\ufffd": events},
		},
		"a kind for each event": {
			fail(each("kind %d"), always("")), nil,
			map[string]int64{"refused_kind 50": 1, "other": events - 100, "refused_other": 0},
			101,
			map[string]int64{"kind 50": 1, "kind 129": 0, "other": events - 100},
		},
		"a kind in Prepare that is not UTF-8": {
			refuse(always("ugly")), &eventstore.DeliveryError{Kind: "\xff", Err: errors.New("no")},
			map[string]int64{"ugly": events},
			1,
			map[string]int64{"\ufffd": 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			store := openOn(t, &wordy{answer: test.answer, prepare: test.prepare}, eventstore.Config{BatchSize: 1})
			s := servicetest.Start(t, servicetest.Config{
				Map: servicetest.Map(t, "version: 1\nevents: {e: {}}\n"), Client: []otelanalytics.Option{otelanalytics.WithStore(store)},
			})
			for range events {
				if err := s.Client.Track(t.Context(), otelanalytics.Event{Type: "e"}); err != nil {
					t.Fatal(err)
				}
			}
			s.Flush(t)
			page := servicetest.Read(t, s.Page)
			page.Balanced(t)
			if n := page.Events("quarantined"); n != events {
				t.Errorf("%d events are quarantined on the page", n)
			}
			compare(t, labelled(page, ownmetrics.EventsQuarantined, "reason"), test.reasons, test.series)
			compare(t, labelled(page, ownmetrics.StoreErrors, "kind"), test.kinds, -1)
		})
	}
}

// labelled returns a metric's numbers by one label.
func labelled(page servicetest.Page, m *ownmetrics.Metric, label string) map[string]int64 {
	numbers := map[string]int64{}
	for _, series := range page[m.PrometheusName()].GetMetric() {
		for _, l := range series.GetLabel() {
			if l.GetName() == label {
				numbers[l.GetValue()] += int64(series.GetCounter().GetValue())
			}
		}
	}
	return numbers
}

// compare holds numbers to some of them, and to how many there are, unless that is negative.
func compare(t *testing.T, got, want map[string]int64, series int) {
	t.Helper()
	for value, n := range want {
		if got[value] != n {
			t.Errorf("%q: %d, want %d", value, got[value], n)
		}
	}
	if series >= 0 && len(got) != series || len(got) > 101 {
		t.Errorf("%d series, want %d", len(got), series)
	}
	for value := range got {
		if len(value) > 100 || !utf8.ValidString(value) {
			t.Errorf("%q is counted", value)
		}
	}
}

// TestLabelsOfDoubt: the words of sinks that are asked again and again are bounded as well.
func TestLabelsOfDoubt(t *testing.T) {
	for name, answer := range map[string]func(n int) (eventstore.Verdict, error){
		"doubts": func(n int) (eventstore.Verdict, error) {
			return eventstore.Verdict{Outcome: eventstore.Doubtful, Reason: fmt.Sprint("\xff", n)}, nil
		},
		"does not know": func(n int) (eventstore.Verdict, error) {
			return eventstore.Verdict{}, &eventstore.DeliveryError{Kind: fmt.Sprint("\xff", n), Blame: eventstore.BlameUnknown}
		},
		"is out": func(n int) (eventstore.Verdict, error) {
			return eventstore.Verdict{}, &eventstore.DeliveryError{Kind: fmt.Sprint("\xff", n)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			all := batch(t, 40)
			synctest.Test(t, func(t *testing.T) {
				s := openOn(t, &wordy{answer: func(n int) (eventstore.Verdict, error) {
					if n > 300 {
						return eventstore.Verdict{Outcome: eventstore.Stored}, nil
					}
					return answer(n)
				}}, eventstore.Config{Dir: t.TempDir(), BatchSize: 4})
				addBatch(t, s, all, eventstore.AckWritten)
				ctx, cancel := context.WithTimeout(t.Context(), 1000*time.Hour)
				defer cancel()
				if err := s.Flush(ctx); err != nil {
					t.Fatal(err)
				}
				balanced(t, s)
				compare(t, s.Stats().Errors, nil, -1)
				reasons := map[string]int64{}
				for key, n := range s.Stats().Quarantined {
					reasons[key.Reason] = n
				}
				compare(t, reasons, nil, -1)
				if err := shutdown(t, s, time.Minute); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestVerdictsAreTheSinks: the store changes nothing in a slice that a sink may return again.
func TestVerdictsAreTheSinks(t *testing.T) {
	shared := []eventstore.Verdict{{Outcome: eventstore.Refused, Reason: "\xff"}}
	s := openOn(t, &scripted{answer: func(int, []eventstore.Event) ([]eventstore.Verdict, error, bool) { return shared, nil, true }}, eventstore.Config{BatchSize: 1})
	addBatch(t, s, batch(t, 20), eventstore.AckWritten)
	if err := s.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if want := []eventstore.Verdict{{Outcome: eventstore.Refused, Reason: "\xff"}}; !slices.Equal(shared, want) {
		t.Errorf("the sink's slice is %+v", shared)
	}
}
