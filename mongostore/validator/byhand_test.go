// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"errors"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/mongostore/validator"
)

// TestRulesAddedByHand: a validator of this package that somebody added a rule to is somebody's, wherever the rule is.
func TestRulesAddedByHand(t *testing.T) {
	with := func(change func(whole, schema *bson.D, branches *bson.A)) bson.D {
		schema, branches := bson.D{}, bson.A{}
		for _, e := range of(t, ordered).Document()[0].Value.(bson.D) {
			if e.Key == "allOf" {
				branches = append(branches, e.Value.(bson.A)...)
				continue
			}
			schema = append(schema, e)
		}
		whole := bson.D{{Key: "$jsonSchema"}}
		change(&whole, &schema, &branches)
		whole[0].Value = append(schema, bson.E{Key: "allOf", Value: branches})
		return whole
	}
	required := bson.E{Key: "required", Value: bson.A{"tenant"}}
	for name, document := range map[string]bson.D{
		"beside the schema": with(func(whole, _ *bson.D, _ *bson.A) {
			*whole = append(*whole, bson.E{Key: "tenant", Value: bson.D{{Key: "$exists", Value: true}}})
		}),
		"beside allOf":               with(func(_, schema *bson.D, _ *bson.A) { *schema = append(*schema, required) }),
		"instead of the description": with(func(_, schema *bson.D, _ *bson.A) { (*schema)[1] = required }),
		"a branch without a title":   with(func(_, _ *bson.D, branches *bson.A) { *branches = append(*branches, bson.D{required}) }),
		"a branch with another title": with(func(_, _ *bson.D, branches *bson.A) {
			*branches = append(*branches, bson.D{{Key: "title", Value: "mine"}, required})
		}),
		"a branch with an event twice": with(func(_, _ *bson.D, branches *bson.A) { *branches = append(*branches, (*branches)[0]) }),
		"within a branch":              with(func(_, _ *bson.D, branches *bson.A) { (*branches)[0] = append((*branches)[0].(bson.D)[:2:2], required) }),
	} {
		t.Run(name, func(t *testing.T) {
			c := newCatalog(t)
			c.exists, c.options = true, in(document)
			on := c.collection(t)
			if _, err := of(t, twice).Apply(t.Context(), on); !errors.Is(err, validator.ErrOther) {
				t.Errorf("apply: %v", err)
			}
			if _, err := of(t, twice).Ensure(t.Context(), on); !errors.Is(err, validator.ErrOther) {
				t.Errorf("a start: %v", err)
			}
			if _, err := validator.Remove(t.Context(), on, false); !errors.Is(err, validator.ErrOther) {
				t.Errorf("remove: %v", err)
			}
			if ran := c.ran(); ran != "" {
				t.Errorf("ran %q", ran)
			}
			if _, err := of(t, twice, validator.WithReplace()).Apply(t.Context(), on); err != nil || c.ran() != "collmod" {
				t.Errorf("replace: %v", err)
			}
		})
	}
}
