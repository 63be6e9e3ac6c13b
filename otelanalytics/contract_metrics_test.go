// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

const sameMetrics = `
version: 1
metrics:
  a: {instrument: counter, number: double, attributes: {plan: {limit: 20}, name: {limit: 20}}}
  b: {instrument: histogram, number: double}
  c: {instrument: up_down_counter, number: double}
  d: {instrument: counter, number: double}
events:
  e:
    data:
      user: {}
      user.plan: {type: stringRULE}
      name: {type: stringRULE}
      items: {type: array}
      items.n: {type: int}
      items.0.n: {}
      n: {type: double}
      list: {type: array}
    record:
      - {metric: a, from: {plan: user.plan}}
      - {metric: b, value: list.$size}
      - {metric: c, value: items.0.n}
      - {metric: c, value: n}
      - {metric: d, value: "=sum(data.items, .n)"}
`

// TestContractRecordsTheSame: in the pass that checks rules, metrics find what they find without rules.
func TestContractRecordsTheSame(t *testing.T) {
	without := servicetest.Map(t, strings.ReplaceAll(sameMetrics, "RULE", ""))
	ruled := servicetest.Map(t, strings.ReplaceAll(sameMetrics, "RULE", ", max_length: 1"))
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 1))
		recs := []*analyticstest.Recorder{analyticstest.New(t, without), analyticstest.New(t, ruled), analyticstest.New(t, ruled)}
		for i := range 50 {
			e := otelanalytics.Event{Type: "e", Data: randomData(random, 2)}
			if i == 0 { // an object in place of the array, which random data rarely have
				e.Data = object{"items": object{"0": object{"n": 1 + seed}}}
			}
			if err := recs[0].Client.Track(t.Context(), e); err != nil {
				t.Fatal(err)
			}
			if err := recs[1].Client.Track(t.Context(), e); err != nil {
				t.Fatal(err)
			}
			if err := recs[2].Client.TrackBatch(t.Context(), []otelanalytics.Event{e}); err != nil {
				t.Fatal(err)
			}
			if i%10 != 9 { // a look takes longer than fifty events
				continue
			}
			for _, metric := range []string{"a", "b", "c", "d"} {
				for _, rec := range recs[1:] {
					if got, want := rec.Delta(metric), recs[0].Delta(metric); got != want {
						t.Fatalf("seed %d: %s is %v, want %v, after %d events", seed, metric, got, want, i+1)
					}
				}
			}
			for _, plan := range []string{"unknown", "x", "abc", "5"} {
				for _, rec := range recs[1:] {
					if got, want := rec.Delta("a", "plan", plan), recs[0].Delta("a", "plan", plan); got != want {
						t.Fatalf("seed %d: plan %s is %v, want %v, after %d events", seed, plan, got, want, i+1)
					}
				}
			}
		}
		for _, rec := range recs {
			rec.Violations()
		}
	}
}

// randomData makes documents with the names of the map, in any place, with keys twice and keys with dots.
func randomData(random *rand.Rand, depth int) bson.D {
	names := []string{"user", "plan", "name", "items", "n", "list", "user.plan", "items.0.n", "items.n", "more", "0", "user.more"}
	d := bson.D{}
	for range random.IntN(6) {
		d = append(d, bson.E{Key: names[random.IntN(len(names))], Value: randomValue(random, depth)})
	}
	return d
}

func randomValue(random *rand.Rand, depth int) any {
	switch n := random.IntN(10); {
	case n < 3 && depth > 0:
		return randomData(random, depth-1)
	case n < 5 && depth > 0:
		a := bson.A{}
		for range random.IntN(4) {
			a = append(a, randomValue(random, depth-1))
		}
		return a
	default:
		return []any{nil, "x", "abc", 5, 1.5, true, int64(7)}[random.IntN(7)]
	}
}
