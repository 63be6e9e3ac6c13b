// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// linkRule says which events link an id to that of their user: those of some types, by a field.
type linkRule struct {
	types []string
	field string
}

// linkRules are the rules, by what package ingest makes of the calls of clients:
//
//	alias         Segment's alias: previousId
//	$create_alias PostHog's alias, $merge_dangerously too
//	identify      Segment's identify: anonymousId
//	$identify     PostHog's identify: $anon_distinct_id
var linkRules = []linkRule{
	{[]string{"alias"}, eventdoc.FieldData + ".previous_id"},
	{[]string{"$create_alias", "$merge_dangerously"}, eventdoc.FieldData + ".alias"},
	{[]string{"identify", "$identify"}, eventdoc.FieldAnonymousID},
}

// linkTypes are the names under which events of the rules' types are stored.
func linkTypes(rules []linkRule, names EventNames) bson.A {
	var all bson.A
	for _, r := range rules {
		for _, name := range r.types {
			for _, stored := range namesOf(name, names) {
				if !slices.Contains(all, any(stored)) {
					all = append(all, stored)
				}
			}
		}
	}
	return all
}

// filter is the condition for events of the rule, trusted ones or the others.
func (r linkRule) filter(names EventNames, trusted bool) bson.D {
	untrusted := any(true)
	if trusted {
		untrusted = bson.D{{Key: "$ne", Value: true}}
	}
	return bson.D{
		{Key: eventdoc.FieldType, Value: bson.D{{Key: "$in", Value: linkTypes([]linkRule{r}, names)}}},
		{Key: eventdoc.FieldUntrusted, Value: untrusted},
	}
}
