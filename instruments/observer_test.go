// SPDX-License-Identifier: Apache-2.0

package instruments

import (
	"testing"

	"go.opentelemetry.io/otel/metric/noop"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

func TestEveryInstrumentOfAMapIsMade(t *testing.T) {
	for _, kind := range eventmap.Instruments() {
		for _, number := range []eventmap.NumberKind{eventmap.Int, eventmap.Double} {
			m := &eventmap.Metric{Name: "m", Instrument: kind, Number: number}
			if o, err := newObserver(m, noop.Meter{}); err != nil || o == nil {
				t.Errorf("%s of %s: %v, %v", kind, number, o, err)
			}
		}
	}
	if len(makers) != len(eventmap.Instruments()) {
		t.Errorf("%d kinds are made, and a map can declare %d", len(makers), len(eventmap.Instruments()))
	}
}

func TestUnknownInstrumentIsAnError(t *testing.T) {
	if _, err := newObserver(&eventmap.Metric{Name: "m", Instrument: "summary"}, noop.Meter{}); err == nil {
		t.Error("made")
	}
}
