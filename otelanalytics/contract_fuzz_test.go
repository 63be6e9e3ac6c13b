// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"errors"
	"log/slog"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// FuzzRules holds any data against any map with rules, in each mode: nothing panics, data are refused with their violations alone, and
// the modes that store refuse nothing for them.
func FuzzRules(f *testing.F) {
	for _, rules := range []string{
		"a: {type: string, required: true, values: [b], pattern: '^x', min_length: 1, max_length: 3}",
		"a: {type: [string, int], min: 0, max: 5}",
		"a: {type: array, max_items: 1, items: {b: {type: double, required: true}, c.d: {type: bool}}}",
		"{a.b: {type: date}, a.b.c: {required: true}, a.0: {type: int}}",
		"{a: {type: object, redact: drop}, a.b: {type: string, required: true}}",
	} {
		for _, doc := range []any{
			bson.D{{Key: "a", Value: "xéb"}},
			bson.D{{Key: "a", Value: bson.A{bson.D{{Key: "b", Value: 1}, {Key: "c.d", Value: true}}, nil, 5}}},
			bson.D{{Key: "a.b", Value: bson.D{{Key: "c", Value: nil}}}, {Key: "a", Value: bson.D{{Key: "b", Value: 0.5}}}, {Key: "a", Value: int64(7)}},
		} {
			raw, err := bson.Marshal(doc)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(rules, raw)
		}
	}
	f.Add("a: {type: string}", []byte("\x05\x00\x00\x00\x00"))
	f.Add("a: {type: array, items: {a: {}}}", []byte("\x10\x00\x00\x00\x04a\x00\x05\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, rules string, doc []byte) {
		found := map[string]int64{}
		for _, mode := range []string{"count", "omit", "quarantine", "reject"} {
			for _, more := range []string{"keep", "omit", "violate"} {
				text := "version: 1\non_violation: " + mode + "\nevents:\n  e:\n    additional: " + more + "\n    data:\n      " + rules + "\n"
				m, err := eventmap.Parse([]byte(text))
				if err != nil || m.NeedsRedactKey() {
					return
				}
				client, err := otelanalytics.New(m, otelanalytics.WithLogger(slog.New(slog.DiscardHandler)))
				if err != nil {
					return // such as for metrics that collide
				}
				err = client.Record(t.Context(), "e", bson.Raw(doc))
				invalid, refused := errors.AsType[*otelanalytics.InvalidEventError](err)
				if err != nil && !refused {
					t.Errorf("%T: %v", err, err)
				}
				if refused && len(invalid.Violations) > 0 {
					if mode == "count" || mode == "omit" {
						t.Errorf("%s refuses: %v", mode, err)
					}
					found[mode+more] = int64(len(invalid.Violations))
				}
				if err := client.Shutdown(t.Context()); err != nil {
					t.Error(err)
				}
			}
		}
		for _, more := range []string{"keep", "omit", "violate"} {
			if found["quarantine"+more] != found["reject"+more] {
				t.Errorf("%v", found)
			}
		}
	})
}
