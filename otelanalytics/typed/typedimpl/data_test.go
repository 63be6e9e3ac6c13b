// SPDX-License-Identifier: Apache-2.0

package typedimpl_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
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
	if v, ok := typed.Some("x").Get(); v != "x" || !ok {
		t.Errorf("got %q, %v", v, ok)
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

// login is what the generator makes of an event, written by hand.
type login struct{ eventType *otelanalytics.EventType }

func (l login) track(t *testing.T, method string) error {
	d := typedimpl.Begin()
	d.String("auth_method", method)
	return d.Track(t.Context(), l.eventType, "", typed.Meta{UserID: "u-17"})
}

func TestTracker(t *testing.T) {
	m, err := eventmap.Parse([]byte(`
version: 1
metrics: {logins: {instrument: counter, attributes: {auth_method: {values: [email]}}}}
events: {user_logged_in: {record: [{metric: logins}]}}
`))
	if err != nil {
		t.Fatal(err)
	}
	rec := analyticstest.New(t, m)
	var tracker typedimpl.Tracker = rec.Client
	types, err := tracker.Generated(otelanalytics.GeneratedCode{MapVersion: m.Hash(), Events: []string{"user_logged_in"}})
	if err != nil || len(types) != 1 {
		t.Fatalf("%v, %v", types, err)
	}
	if err := (login{types[0]}).track(t, "email"); err != nil {
		t.Fatal(err)
	}
	if got := rec.Events("user_logged_in"); len(got) != 1 || got[0].UserID != "u-17" || got[0].Data["auth_method"] != "email" {
		t.Errorf("got %+v", got)
	}
	if rec.Delta("logins", "auth_method", "email") != 1 {
		t.Error("nothing was recorded")
	}
	if err := rec.Client.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := (login{types[0]}).track(t, "email"); !errors.Is(err, otelanalytics.ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
}
