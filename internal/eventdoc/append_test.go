// SPDX-License-Identifier: Apache-2.0

package eventdoc_test

import (
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

func data(t *testing.T) []byte {
	t.Helper()
	b, err := bson.Marshal(bson.D{{Key: "amount", Value: int32(3)}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// document returns the document of an event with data.
func document(dst []byte, e *eventdoc.New, data, envelope []byte) []byte {
	dst, start := eventdoc.Begin(dst, e)
	return eventdoc.End(append(dst, data...), start, e, envelope)
}

// text shows a document, with its fields in their order.
func text(t *testing.T, doc bson.Raw) string {
	t.Helper()
	if err := doc.Validate(); err != nil {
		t.Fatal(err)
	}
	b, err := bson.MarshalExtJSON(doc, false, false)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAppend(t *testing.T) {
	received := time.UnixMilli(1_800_000_000_123)
	full := eventdoc.New{
		ID: [16]byte{15: 7}, Key: "k", UserID: "u-17", Type: "coins_spent", SessionID: "s", Platform: "web", Module: "shop", AnonymousID: "a-9", GroupID: "g-4",
		Time: received.Add(-time.Second), ReceivedAt: received,
		TraceID: [16]byte{0xab}, SpanID: [8]byte{0xcd}, WithoutMetrics: true, Untrusted: true, SampleRate: 0.5,
	}
	for _, tt := range []struct {
		name    string
		event   eventdoc.New
		service eventdoc.Service
		want    string
	}{
		{
			"everything", full,
			eventdoc.Service{Name: "game", Version: "1.2", InstanceID: "i"},
			`{"_id":{"$binary":{"base64":"AAAAAAAAAAAAAAAAAAAABw==","subType":"04"}},"key":"k","user_id":"u-17",` +
				`"event_type":"coins_spent","session_id":"s","platform":"web","module":"shop","anonymous_id":"a-9","group_id":"g-4","event_data":{"amount":3},` +
				`"timestamp":{"$date":"2027-01-15T07:59:59.123Z"},"received_at":{"$date":"2027-01-15T08:00:00.123Z"},` +
				`"trace_id":"ab000000000000000000000000000000","span_id":"cd00000000000000",` +
				`"service":{"name":"game","version":"1.2","instance_id":"i"},"map_version":"mv","v":1,"metrics":false,"untrusted":true,"sample_rate":0.5}`,
		},
		{
			"what is empty is absent, but the user and the service",
			eventdoc.New{Type: "x", ReceivedAt: received},
			eventdoc.Service{},
			`{"_id":{"$binary":{"base64":"AAAAAAAAAAAAAAAAAAAAAA==","subType":"04"}},"user_id":"","event_type":"x","event_data":{"amount":3},` +
				`"timestamp":{"$date":"2027-01-15T08:00:00.123Z"},"received_at":{"$date":"2027-01-15T08:00:00.123Z"},` +
				`"service":{},"map_version":"mv","v":1}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := []byte("before")
			doc := document(before, &tt.event, data(t), eventdoc.Envelope(tt.service, "mv"))
			if got := text(t, doc[len(before):]); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if !strings.HasPrefix(string(doc), "before") {
				t.Errorf("it begins with %q", doc[:len(before)])
			}
		})
	}
}

func TestAppendAllocatesNothing(t *testing.T) {
	e := eventdoc.New{
		Key: "k", UserID: "u-17", Type: "x", Module: "m", ReceivedAt: time.Now(), TraceID: [16]byte{1}, SpanID: [8]byte{1},
	}
	envelope := eventdoc.Envelope(eventdoc.Service{Name: "game"}, "mv")
	encoded := data(t)
	doc := document(nil, &e, encoded, envelope)
	if n := testing.AllocsPerRun(100, func() { doc = document(doc[:0], &e, encoded, envelope) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
