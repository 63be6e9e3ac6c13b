// SPDX-License-Identifier: Apache-2.0

package evaluation_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/evaluation"
)

const estimateMap = `version: 1
metrics:
  sales: {instrument: counter}
  revenue: {instrument: counter, number: double}
  sizes: {instrument: histogram, buckets: [10, 50]}
  last: {instrument: gauge}
events:
  sold: {record: [{metric: sales}, {metric: revenue, value: price}, {metric: sizes, value: size}, {metric: last, value: size}]}
`

func sold(t *testing.T, price float64, size int, rate float64) []byte {
	t.Helper()
	doc, err := bson.Marshal(bson.D{
		{Key: "event_type", Value: "sold"},
		{Key: "event_data", Value: bson.D{{Key: "price", Value: price}, {Key: "size", Value: size}}},
		{Key: "sample_rate", Value: rate},
	})
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func states(e *evaluation.Evaluator) map[string]evaluation.State {
	all := map[string]evaluation.State{}
	for _, m := range e.Metrics() {
		for _, s := range m.Series {
			all[m.Declared.Name] = s.Clone()
		}
	}
	return all
}

// TestWeights: a document of a quarter stands for four events, except in a gauge, beside documents that stand for themselves.
// Saved and restored in the middle, nothing is lost.
func TestWeights(t *testing.T) {
	m, err := eventmap.Parse([]byte(estimateMap))
	if err != nil {
		t.Fatal(err)
	}
	e, err := evaluation.New(m)
	if err != nil {
		t.Fatal(err)
	}
	for i, doc := range [][]byte{sold(t, 2, 5, 0.25), sold(t, 3, 50, 0), sold(t, 5, 60, 0.5)} {
		if i == 2 {
			text, err := json.Marshal(e.Save())
			if err != nil {
				t.Fatal(err)
			}
			var saved evaluation.Saved
			if err := json.Unmarshal(text, &saved); err != nil {
				t.Fatal(err)
			}
			if e, err = evaluation.New(m); err != nil {
				t.Fatal(err)
			}
			if err := e.Restore(saved); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := e.Document(doc); err != nil {
			t.Fatal(err)
		}
	}
	all := states(e)
	number := func(name string) float64 {
		for _, m := range e.Metrics() {
			if m.Declared.Name == name {
				return m.Series[0].Number()
			}
		}
		return math.NaN()
	}
	if number("sales") != 4+1+2 || number("revenue") != 8+3+10 || number("sizes") != 20+50+120 || number("last") != 60 {
		t.Errorf("%+v", all)
	}
	sizes := all["sizes"]
	if sizes.Observations() != 7 || sizes.Bucket(0) != 4 || sizes.Bucket(1) != 1 || sizes.Bucket(2) != 2 {
		t.Errorf("%+v", sizes)
	}
	// (1 − ¼)/¼² = 12 for the first, (1 − ½)/½² = 2 for the third.
	if s := all["revenue"].Sampled; s.Kept != 2 || s.SumVariance != 4*12+25*2 || s.CountVariance != 14 || s.LeastRate != 0.25 {
		t.Errorf("%+v", s)
	}
}

// TestEstimatesAreWithinTheirErrors samples histories: of many estimates, nearly all are within three standard errors of what
// happened, and their mean is right.
func TestEstimatesAreWithinTheirErrors(t *testing.T) {
	m, err := eventmap.Parse([]byte(estimateMap))
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	const histories, events, rate = 200, 1_000, 0.1
	outside, sum := 0, 0.0
	for range histories {
		e, err := evaluation.New(m)
		if err != nil {
			t.Fatal(err)
		}
		truth := 0.0
		for range events {
			price := r.ExpFloat64()
			truth += price
			if r.Float64() >= rate {
				continue
			}
			if _, err := e.Document(sold(t, price, 1, rate)); err != nil {
				t.Fatal(err)
			}
		}
		s := states(e)["revenue"].Sampled
		off := (s.Sum - truth) / math.Sqrt(s.SumVariance)
		sum += off
		if math.Abs(off) > 3 {
			outside++
		}
	}
	if outside > histories/50 || math.Abs(sum/histories) > 0.3 {
		t.Errorf("%d of %d are further off than three standard errors; they are off by %v in the mean", outside, histories, sum/histories)
	}
}
