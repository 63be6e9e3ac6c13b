// SPDX-License-Identifier: Apache-2.0

package eventdoc_test

import (
	"math"
	"testing"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// TestInSample: the part of ids of both kinds that is kept is the rate, and what a lower rate keeps a higher one does, too.
func TestInSample(t *testing.T) {
	const n = 20_000
	for name, next := range map[string]func(i int) uuid.UUID{
		"version 7": func(int) uuid.UUID { return uuid.Must(uuid.NewV7()) },
		"version 5": func(i int) uuid.UUID { return uuid.NewSHA1(uuid.Nil, []byte{byte(i), byte(i >> 8)}) },
	} {
		kept := map[float64]int{}
		for i := range n {
			id, before := next(i), false
			for _, rate := range []float64{0.01, 0.1, 0.5, 1} {
				in := eventdoc.InSample(id, rate)
				if in {
					kept[rate]++
				}
				if before && !in || in != eventdoc.InSample(id, rate) {
					t.Fatalf("%s: %v at %v", name, id, rate)
				}
				before = in
			}
		}
		for rate, got := range kept {
			if off := math.Abs(float64(got) - rate*n); off > 6*math.Sqrt(n*rate*(1-rate)) {
				t.Errorf("%s: %d of %d at %v", name, got, n, rate)
			}
		}
	}
}

// TestInSampleStays: other releases decide the same.
func TestInSampleStays(t *testing.T) {
	for i, want := range []bool{false, false, true, false, false, true, false, false} {
		if got := eventdoc.InSample([16]byte{7, 15: byte(i)}, 0.5); got != want {
			t.Errorf("%d: %v", i, got)
		}
	}
}

// TestSampleRate: both readers take a part of all, and nothing else.
func TestSampleRate(t *testing.T) {
	for _, tt := range []struct {
		value any
		want  float64
	}{{0.25, 0.25}, {1.0, 0}, {0.0, 0}, {-1.0, 0}, {2.0, 0}, {math.NaN(), 0}, {int32(1), 0}, {"0.5", 0}, {nil, 0}} {
		doc, err := bson.Marshal(bson.D{{Key: "sample_rate", Value: tt.value}})
		if err != nil {
			t.Fatal(err)
		}
		e, err := eventdoc.Parse(doc)
		r, err2 := eventdoc.ParseRecorded(doc)
		if err != nil || err2 != nil || e.SampleRate != tt.want || r.SampleRate != tt.want {
			t.Errorf("%v: %v and %v", tt.value, e.SampleRate, r.SampleRate)
		}
	}
}
