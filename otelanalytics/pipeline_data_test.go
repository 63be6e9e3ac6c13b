// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unsafe"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

// ready are data that are encoded already, and that do not append themselves but return themselves.
type ready []byte

func (r ready) AppendBSON([]byte) ([]byte, error) { return r, nil }

// wiping are data that overwrite what they are asked to append to.
type wiping []byte

func (w wiping) AppendBSON(dst []byte) ([]byte, error) {
	clear(dst)
	return append(dst, w...), nil
}

// TestMemoryOfData: data neither lose their memory to the SDK nor damage what stands in front of them.
func TestMemoryOfData(t *testing.T) {
	doc, err := bson.Marshal(bson.D{{Key: "page", Value: "a name of some length, and more of it"}})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]any{"ready": ready(doc), "wiping": wiping(doc)} {
		t.Run(name, func(t *testing.T) {
			before := bytes.Clone(doc)
			rec := analyticstest.New(t, parse(t))
			other := map[string]any{"page": "other"}
			for range 20 {
				for _, err := range []error{
					rec.Client.Record(t.Context(), "request", data),
					rec.Client.Track(t.Context(), otelanalytics.Event{Type: "request", Data: data}),
					rec.Client.TrackBatch(t.Context(), []otelanalytics.Event{{Type: "page_viewed", Data: other}, {Type: "page_viewed", Data: data}}),
				} {
					if err != nil {
						t.Fatal(err)
					}
				}
			}
			if !bytes.Equal(doc, before) {
				t.Errorf("the application's memory became %q", doc)
			}
			events := rec.Events("page_viewed")
			if len(events) != 40 {
				t.Fatalf("%d events are stored, want 40", len(events))
			}
			for i, e := range events {
				if want := []string{"other", "a name of some length, and more of it"}[i%2]; e.Data["page"] != want {
					t.Errorf("event %d has %v", i, e.Data)
				}
			}
		})
	}
}

// TestNothingOfTheCallerIsKept changes the memory of an event's type after the call, as servers do that reuse the buffer
// of a request.
func TestNothingOfTheCallerIsKept(t *testing.T) {
	const name = "order.\xffplaced"
	for _, d := range doors() {
		t.Run(d.name, func(t *testing.T) {
			memory := []byte(name)
			e := otelanalytics.Event{Type: unsafe.String(&memory[0], len(memory))}
			if d.takes != nil && !d.takes(e) {
				t.Skip("this door does not take it")
			}
			kept, log := withLog()
			rec := analyticstest.New(t, parse(t), log)
			if err := d.track(t.Context(), rec.Client, e); err != nil {
				t.Fatal(err)
			}
			e.Data = map[string]any{"a": func() {}}
			err := d.track(t.Context(), rec.Client, e)
			copy(memory, "overwritten by the next")
			const want = "order.\uFFFDplaced"
			if got := len(kept.named(want)); got != 1 {
				t.Errorf("%d log records of %q, want 1", got, want)
			}
			if got := rec.Delta("orders"); got != 1 {
				t.Errorf("%v orders recorded, want 1", got)
			}
			var invalid *otelanalytics.InvalidEventError
			if !errors.As(err, &invalid) || !strings.HasPrefix(invalid.EventType, "order.") {
				t.Errorf("the error is %v", err)
			}
		})
	}
}
