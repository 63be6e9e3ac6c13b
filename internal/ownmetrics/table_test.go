// SPDX-License-Identifier: Apache-2.0

package ownmetrics_test

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/metric/noop"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

var name = regexp.MustCompile(`^otelanalytics(\.[a-z_]+)+$`)

func TestRowsAreWhole(t *testing.T) {
	seen := make(map[string]bool)
	for _, m := range ownmetrics.All() {
		if !name.MatchString(m.Name) || seen[m.Name] {
			t.Errorf("%s: not a name of the SDK's own, or there twice", m.Name)
		}
		seen[m.Name] = true
		if !strings.HasPrefix(m.PrometheusName(), ownmetrics.PrometheusPrefix) {
			t.Errorf("%s is %s in Prometheus", m.Name, m.PrometheusName())
		}
		if !slices.Contains(eventmap.Instruments(), m.Instrument) || m.Number != eventmap.Int && m.Number != eventmap.Double {
			t.Errorf("%s is a %q of %q", m.Name, m.Instrument, m.Number)
		}
		if !strings.HasSuffix(m.Help, ".") || strings.HasSuffix(m.Note, ".") {
			t.Errorf("%s: the help must be a sentence, and the note part of one", m.Name)
		}
		if m.Instrument.IsDistribution() != (len(m.Buckets) > 0) || !slices.IsSorted(m.Buckets) {
			t.Errorf("%s: buckets %v", m.Name, m.Buckets)
		}
		for _, l := range m.Labels {
			for _, v := range l.Values {
				if len(v.Names) == 0 || v.Means == "" || strings.HasSuffix(v.Means, ".") {
					t.Errorf("%s, %s: the value %+v lacks something", m.Name, l.Name, v)
				}
			}
			if all := slices.Sorted(slices.Values(l.Names())); len(slices.Compact(slices.Clone(all))) != len(all) {
				t.Errorf("%s, %s: a value is there twice in %q", m.Name, l.Name, all)
			}
		}
	}
	if len(seen) < 19 {
		t.Errorf("only %d rows", len(seen))
	}
}

func TestPrometheusNames(t *testing.T) {
	for m, want := range map[*ownmetrics.Metric]string{
		ownmetrics.EventsAccepted:     "otelanalytics_events_accepted_total",
		ownmetrics.JournalPending:     "otelanalytics_journal_pending",
		ownmetrics.JournalSize:        "otelanalytics_journal_size_bytes",
		ownmetrics.JournalOldestAge:   "otelanalytics_journal_oldest_age_seconds",
		ownmetrics.StoreBatchDuration: "otelanalytics_store_batch_duration_seconds",
		ownmetrics.StoreBatchSize:     "otelanalytics_store_batch_size",
		ownmetrics.ObserverUp:         "otelanalytics_observer_up",
	} {
		if got := m.PrometheusName(); got != want {
			t.Errorf("%s: %s, want %s", m.Name, got, want)
		}
	}
}

// A metric can be registered as what the table says, and as nothing else.
func TestInstrumentsAreThoseOfTheTable(t *testing.T) {
	meter := noop.Meter{}
	for _, m := range ownmetrics.All() {
		var made int
		for _, register := range []func() error{
			func() error { _, err := m.Counter(meter); return err },
			func() error { _, err := m.UpDownCounter(meter); return err },
			func() error { _, err := m.IntGauge(meter); return err },
			func() error { _, err := m.Gauge(meter); return err },
			func() error { _, err := m.IntHistogram(meter); return err },
			func() error { _, err := m.Histogram(meter); return err },
		} {
			if register() == nil {
				made++
			}
		}
		if made != 1 {
			t.Errorf("%s can be registered as %d kinds of instruments", m.Name, made)
		}
	}
	if _, err := ownmetrics.JournalSize.Counter(meter); err == nil || errors.Unwrap(err) == nil ||
		!strings.Contains(err.Error(), "otelanalytics.journal.size is a up_down_counter of int, not a counter of int") {
		t.Errorf("got %v", err)
	}
}

func TestLabel(t *testing.T) {
	l, ok := ownmetrics.StoreErrors.Label("kind")
	if names := l.Names(); !ok || len(names) != 13 || names[1] != "timeout" {
		t.Errorf("%q, %v", names, ok)
	}
	if _, ok := ownmetrics.StoreErrors.Label("reason"); ok {
		t.Error("there is no such label")
	}
}
