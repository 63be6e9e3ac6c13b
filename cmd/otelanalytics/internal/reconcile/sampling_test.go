// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"math"
	"math/rand/v2"
	"testing"
)

// part is a world of which a part is stored: so many documents of a rate, of so many events that the page counts.
func part(events, documents, rate float64) *documents {
	d := world{life: life{fresh: true}, grown: events, final: documents / rate, read: [4]float64{0, 0, documents / rate, documents / rate}, docs: documents}.documents()
	l := d.lives[0]
	l.page.sampledOut["sold"] = events - documents
	l.facts.spread = map[key]spread{}
	if documents > 0 {
		w := 1 / rate
		l.facts.spread[k] = spread{documents * w * (w - 1), uint64(documents), rate}
	}
	return d
}

// TestSampled: a difference is the sample's up to four standard errors, and two documents; beyond, it is unexplained.
func TestSampled(t *testing.T) {
	for _, tt := range []struct {
		name                    string
		events, documents, rate float64
		elsewhere               float64 // the rate of documents of other lives
		unexplained             float64
		standardError           float64
	}{
		{"as expected", 1_000, 100, 0.1, 0, 0, math.Sqrt(9_000)},
		{"some more", 1_000, 120, 0.1, 0, 0, math.Sqrt(120 * 90)},
		{"some fewer", 1_000, 62, 0.1, 0, 0, math.Sqrt(9_000)},
		{"too many", 1_000, 160, 0.1, 0, -600, math.Sqrt(160 * 90)},
		{"too few", 1_000, 55, 0.1, 0, 450, math.Sqrt(9_000)},
		{"one of a few", 3, 1, 0.01, 0, 0, math.Sqrt(9_900)},
		{"none of a few, and no rate is known", 3, 0, 0.1, 0, 0, 0},
		{"none of a few", 30, 0, 0.1, 0.1, 0, math.Sqrt(270)},
		{"none of many", 1_000, 0, 0.1, 0.1, 1_000, math.Sqrt(9_000)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := part(tt.events, tt.documents, tt.rate)
			if tt.elsewhere > 0 {
				d.rates = map[string]float64{"sales_total": tt.elsewhere}
			}
			r := compare(d)[0]
			if !near(r.Unexplained, tt.unexplained) || !near(r.StandardError, tt.standardError) {
				t.Errorf("%+v\nwant %v unexplained, standard error %v", r, tt.unexplained, tt.standardError)
			}
			if wrong := tt.events - tt.documents/tt.rate; tt.unexplained == 0 && wrong != 0 && (len(r.Explained) != 1 || r.Explained[0].Reason != reasonSampled || !near(r.Explained[0].Amount, wrong)) {
				t.Errorf("explained by %+v", r.Explained)
			}
		})
	}
	t.Run("without a sample to the unit", func(t *testing.T) {
		d := part(1_001, 1_000, 1)
		d.lives[0].page.sampledOut, d.lives[0].facts.spread = nil, nil
		if r := compare(d)[0]; r.Unexplained != 1 || r.StandardError != 0 {
			t.Errorf("%+v", r)
		}
	})
}

// TestSampledRarelyAlarms draws samples of histories of all sizes: none of thousands is further off than is explained.
func TestSampledRarelyAlarms(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	alarms := 0
	const histories = 3_000
	for range histories {
		events, rate := 1+r.IntN(3_000), []float64{0.01, 0.1, 0.5}[r.IntN(3)]
		documents := 0
		for range events {
			if r.Float64() < rate {
				documents++
			}
		}
		d := part(float64(events), float64(documents), rate)
		d.rates = map[string]float64{"sales_total": rate}
		if compare(d)[0].Unexplained != 0 {
			alarms++
		}
	}
	if alarms > histories/1_000 {
		t.Errorf("%d of %d are unexplained", alarms, histories)
	}
}
