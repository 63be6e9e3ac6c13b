// SPDX-License-Identifier: Apache-2.0

package eventdoc_test

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

func TestParseReadsWhatIsAppended(t *testing.T) {
	received := time.UnixMilli(1_800_000_000_123).UTC()
	written := eventdoc.New{
		ID: [16]byte{15: 7}, Key: "k", UserID: "u-17", Type: "coins_spent", SessionID: "s", Platform: "web", Module: "shop", AnonymousID: "a-9", GroupID: "g-4",
		Time: received.Add(-time.Second), ReceivedAt: received,
		TraceID: [16]byte{0xab}, SpanID: [8]byte{0xcd}, WithoutMetrics: true, Untrusted: true, SampleRate: 0.5,
	}
	service := eventdoc.Service{Name: "game", Version: "1.2", InstanceID: "i"}
	doc := document(nil, &written, data(t), eventdoc.Envelope(service, "mv"))
	got, err := eventdoc.Parse(doc)
	if err != nil {
		t.Fatal(err)
	}
	want := eventdoc.Event{
		ID: "00000000-0000-0000-0000-000000000007", Key: "k", UserID: "u-17", Type: "coins_spent", SessionID: "s", Platform: "web", Module: "shop", AnonymousID: "a-9", GroupID: "g-4",
		Data: data(t), Time: received.Add(-time.Second), ReceivedAt: received,
		TraceID: "ab000000000000000000000000000000", SpanID: "cd00000000000000",
		Service: service, MapVersion: "mv", Version: eventdoc.Version, WithoutMetrics: true, Untrusted: true, SampleRate: 0.5,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	for i, v := 0, reflect.ValueOf(got); i < v.NumField(); i++ {
		if v.Field(i).IsZero() {
			t.Errorf("%s is read nowhere, or this test does not set it", v.Type().Field(i).Name)
		}
	}
}

func TestParseOfOtherDocuments(t *testing.T) {
	for _, tt := range []struct {
		name    string
		field   bson.E
		version int
		refused bool
	}{
		{"from before there were versions", bson.E{Key: "user_id", Value: "u"}, 0, false},
		{"this version", bson.E{Key: "v", Value: int32(eventdoc.Version)}, eventdoc.Version, false},
		{"this version, by a shell", bson.E{Key: "v", Value: int64(eventdoc.Version)}, eventdoc.Version, false},
		{"the next version", bson.E{Key: "v", Value: int32(eventdoc.Version + 1)}, 0, true},
		{"a far version", bson.E{Key: "v", Value: int64(1) << 40}, 0, true},
		{"no version: negative", bson.E{Key: "v", Value: int32(-1)}, 0, false},
		{"no version: text", bson.E{Key: "v", Value: "2.0"}, 0, false},
		{"metrics on", bson.E{Key: "metrics", Value: true}, 0, false},
		{"metrics of another program", bson.E{Key: "metrics", Value: bson.D{}}, 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc, err := bson.Marshal(bson.D{{Key: "_id", Value: "x-1"}, {Key: "user_id", Value: "s3cret"}, tt.field})
			if err != nil {
				t.Fatal(err)
			}
			e, err := eventdoc.Parse(doc)
			if errors.Is(err, eventdoc.ErrVersion) != tt.refused {
				t.Fatalf("Parse returned %v", err)
			}
			if tt.refused {
				const format = "document of a later version: _id x-1 has v "
				if got := err.Error(); len(got) < len(format) || got[:len(format)] != format {
					t.Errorf("the error says %q", got)
				}
				return
			}
			if e.Version != tt.version || e.WithoutMetrics || e.ID != "x-1" {
				t.Errorf("got %+v", e)
			}
		})
	}
}
