// SPDX-License-Identifier: Apache-2.0

package eventdoc_test

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// TestParseRecordedReadsWhatParseReads takes documents with any of the fields, in any order, doubled, and of any type.
func TestParseRecordedReadsWhatParseReads(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	values := []any{
		"", "text", int32(1), int64(0), 2.5, nil, true, false, bson.DateTime(1_800_000_000_123),
		bson.D{},
		bson.D{{Key: "amount", Value: 3}},
		bson.D{{Key: "instance_id", Value: "i"}},
		bson.D{{Key: "name", Value: "n"}, {Key: "instance_id", Value: 3}},
		bson.A{1},
	}
	names := []string{"_id", "event_type", "session_id", "platform", "module", "event_data", "timestamp", "received_at", "service", "map_version", "v", "metrics", "another"}
	for range 5_000 {
		d := bson.D{}
		for range r.IntN(20) {
			d = append(d, bson.E{Key: names[r.IntN(len(names))], Value: values[r.IntN(len(values))]})
		}
		doc, err := bson.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		want, err := eventdoc.Parse(doc)
		if err != nil {
			t.Fatal(err)
		}
		got, err := eventdoc.ParseRecorded(doc)
		if err != nil {
			t.Fatal(err)
		}
		if got.Type != want.Type || got.Platform != want.Platform || got.Module != want.Module || got.Session != (want.SessionID != "") ||
			string(got.Data) != string(want.Data) || got.WithoutMetrics != want.WithoutMetrics || got.MapVersion != want.MapVersion ||
			got.InstanceID != want.Service.InstanceID || milliseconds(want.Time) != got.Time || milliseconds(want.ReceivedAt) != got.ReceivedAt {
			t.Fatalf("%v:\ngot  %+v\nwant %+v", d, got, want)
		}
	}
}

func milliseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func TestParseRecordedRefusesLaterVersions(t *testing.T) {
	doc, err := bson.Marshal(bson.D{{Key: "_id", Value: "x"}, {Key: "event_type", Value: "y"}, {Key: "v", Value: int32(2)}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := eventdoc.ParseRecorded(doc); !errors.Is(err, eventdoc.ErrVersion) {
		t.Errorf("got %v", err)
	}
}

func TestParseRecordedOfDamage(t *testing.T) {
	doc := document(nil, &eventdoc.New{Type: "x", Platform: "p", ReceivedAt: time.UnixMilli(1)}, data(t), eventdoc.Envelope(eventdoc.Service{InstanceID: "i"}, "mv"))
	for i := range doc {
		_, _ = eventdoc.ParseRecorded(doc[:i])
		for bit := range 8 {
			flipped := append([]byte(nil), doc...)
			flipped[i] ^= 1 << bit
			_, _ = eventdoc.ParseRecorded(flipped)
		}
	}
}
