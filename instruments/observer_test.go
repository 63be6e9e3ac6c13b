// SPDX-License-Identifier: Apache-2.0

package instruments

import (
	"slices"
	"testing"

	"go.opentelemetry.io/otel/metric/noop"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

func TestEveryInstrumentOfAMapIsMade(t *testing.T) {
	// The gauge of a unique metric is made by ObserveGauge.
	kinds := slices.DeleteFunc(eventmap.Instruments(), eventmap.Instrument.IsUnique)
	for _, kind := range kinds {
		for _, number := range []eventmap.NumberKind{eventmap.Int, eventmap.Double} {
			m := &eventmap.Metric{Name: "m", Instrument: kind, Number: number}
			if o, err := newObserver(m, noop.Meter{}); err != nil || o == nil {
				t.Errorf("%s of %s: %v, %v", kind, number, o, err)
			}
		}
	}
	if len(makers) != len(kinds) {
		t.Errorf("%d kinds are made, and a map can declare %d", len(makers), len(kinds))
	}
}

func TestUnknownInstrumentIsAnError(t *testing.T) {
	if _, err := newObserver(&eventmap.Metric{Name: "m", Instrument: "summary"}, noop.Meter{}); err == nil {
		t.Error("made")
	}
}
