// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// TestCountedAsInAMap: code and an event map take the same texts for what is counted, and count the same field of a document.
func TestCountedAsInAMap(t *testing.T) {
	stored := bson.D{{Key: eventdoc.FieldData, Value: bson.D{
		{Key: "%24device_id", Value: "d"},
		{Key: "total amount", Value: "t"},
		{Key: "game", Value: bson.D{{Key: "id", Value: "g"}, {Key: "%24key", Value: "k"}}},
		{Key: "items", Value: bson.A{bson.D{{Key: "id", Value: "i"}}}},
	}}, {Key: eventdoc.FieldUserID, Value: "u"}, {Key: eventdoc.FieldSessionID, Value: "s"}}
	doc, err := bson.Marshal(stored)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ of, want string }{
		{"$user", "u"},
		{"$session", "s"},
		{"game.id", "g"},
		{`["game"]["id"]`, "g"},
		{`["$device_id"]`, "d"},
		{"['$device_id']", "d"},
		{"game.$key", "k"},
		{`["total amount"]`, "t"},
		{"items[0].id", "i"},
		{"items.0.id", "i"},
		{"$device_id", ""},
		{"$user_id", ""},
		{"$session.id", ""},
		{"$size", ""},
		{"items.$size", ""},
		{"items.$sum.id", ""},
		{"=game.id", ""},
		{"game..id", ""},
		{".id", ""},
		{"game.", ""},
		{"game[id]", ""},
		{`game["id"`, ""},
		{"game\x00id", ""},
		{strings.Repeat("a.", 100) + "a", ""},
	} {
		t.Run(tt.of, func(t *testing.T) {
			_, inMap := eventmap.Parse(fmt.Appendf(nil, "version: 1\nmetrics: {m: {instrument: unique, of: %q}}\nevents: {e: {record: [{metric: m}]}}\n", tt.of))
			m, inCode := Metric{Name: "m", Of: tt.of, Windows: map[string]time.Duration{"daily": 24 * time.Hour}}.check()
			if ok := tt.want != ""; ok != (inMap == nil) || ok != (len(inCode) == 0) {
				t.Fatalf("a map: %v\ncode: %v", inMap, inCode)
			}
			if tt.want == "" {
				return
			}
			if _, value, ok := newMetric(m).value(doc, nil); !ok || string(value) != tt.want {
				t.Errorf("it counts %q, want %q", value, tt.want)
			}
		})
	}
}
