// SPDX-License-Identifier: Apache-2.0

package typedimpl_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics/typed"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/typed/typedimpl"
)

func TestMissingFieldsAreLeftOut(t *testing.T) {
	d := typedimpl.Begin()
	d.String("s", "")
	d.Int("i", typed.Optional[int64]{})
	d.Float64("f", typed.Optional[float64]{})
	d.Bool("b", typed.Optional[bool]{})
	d.Date("d", time.Time{})
	d.Object("o", nil)
	d.Array("a", nil)
	d.Any("v", nil)
	d.Open("outer")
	d.Open("inner")
	d.Close()
	d.Close()
	d.Int("zero", typed.Int(uint8(0)))
	d.Float64("half", typed.Float64(0.5))
	d.Bool("no", typed.Bool(false))
	doc, err := d.AppendTo([]byte("before"))
	if err != nil {
		t.Fatal(err)
	}
	want := bson.D{{Key: "zero", Value: int32(0)}, {Key: "half", Value: 0.5}, {Key: "no", Value: false}}
	var got bson.D
	if err := bson.Unmarshal(doc[len("before"):], &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDataAreUsedAgainEmpty(t *testing.T) {
	for range 3 {
		d := typedimpl.Begin()
		d.Any("bad", make(chan int))
		if _, err := d.AppendTo(nil); err == nil {
			t.Error("a channel was taken")
		}
		d = typedimpl.Begin()
		if doc, err := d.AppendTo(nil); err != nil || len(doc) != 5 {
			t.Errorf("%v, %v", doc, err)
		}
	}
}
