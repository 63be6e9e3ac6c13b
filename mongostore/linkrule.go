// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// linkTypes are the names under which events of the rules' types are stored.
func linkTypes(rules []eventdoc.LinkRule, names EventNames) bson.A {
	var all bson.A
	for _, r := range rules {
		for _, name := range r.Types {
			for _, stored := range namesOf(name, names) {
				if !slices.Contains(all, any(stored)) {
					all = append(all, stored)
				}
			}
		}
	}
	return all
}

// linkFilter is the condition for events of a rule, trusted ones or the others.
func linkFilter(r eventdoc.LinkRule, names EventNames, trusted bool) bson.D {
	untrusted := any(true)
	if trusted {
		untrusted = bson.D{{Key: "$ne", Value: true}}
	}
	return bson.D{
		{Key: eventdoc.FieldType, Value: bson.D{{Key: "$in", Value: linkTypes([]eventdoc.LinkRule{r}, names)}}},
		{Key: eventdoc.FieldUntrusted, Value: untrusted},
	}
}
