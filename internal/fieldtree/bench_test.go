// SPDX-License-Identifier: Apache-2.0

package fieldtree

import (
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/instruments"
)

// BenchmarkCheck reads five fields for metrics, checks eight rules on them as well, and checks patterns.
func BenchmarkCheck(b *testing.B) {
	doc, err := bson.Marshal(bson.D{
		{Key: "auth_method", Value: "google"},
		{Key: "account_type", Value: "premium"},
		{Key: "n", Value: 17},
		{Key: "ratio", Value: 0.5},
		{Key: "first", Value: true},
		{Key: "email", Value: "somebody@example.org"},
	})
	if err != nil {
		b.Fatal(err)
	}
	for _, bench := range []struct{ name, text string }{
		{"types", "auth_method: {type: string}, account_type: {type: string}, n: {type: int}, ratio: {type: double}, first: {type: bool}"},
		{"rules", `auth_method: {type: string, required: true, values: [email, google]}, account_type: {type: string, max_length: 20},
			n: {type: int, min: 0, max: 100}, ratio: {type: double, min: 0, max: 1}, first: {type: bool, required: true}`},
		{"pattern", "email: {type: string, pattern: '.+@.+'}"},
		{"anchored pattern", "email: {type: string, pattern: '^[a-z]+@[a-z.]+$'}"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			m, err := eventmap.Parse([]byte("version: 1\nevents: {e: {data: {" + bench.text + "}}}\n"))
			if err != nil {
				b.Fatal(err)
			}
			event, _ := m.Event("e")
			paths := []eventmap.Path{{"auth_method"}, {"account_type"}}
			tree := New(paths, event.Data)
			contract := NewContract(event, &tree)
			values := make([]instruments.Value, len(paths))
			check := &Check{Fill: true, To: Found{Values: values}}
			b.ReportAllocs()
			for b.Loop() {
				if contract == nil {
					tree.Read(doc, &check.To)
				} else if !check.Run(contract, &tree, doc) {
					b.Fatal("a violation")
				}
			}
		})
	}
}
