// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// EventNames knows the earlier names under which events of a type are stored. *eventmap.Map implements it.
type EventNames interface {
	// OldNames returns the earlier names of an event type, in any order; nil for none.
	OldNames(eventType string) []string
}

// namesOf returns each name under which events of a type are stored.
func namesOf(eventType string, names EventNames) []string {
	all := []string{asStored(eventType)}
	if names != nil {
		for _, old := range names.OldNames(eventType) {
			if old = asStored(old); !slices.Contains(all, old) {
				all = append(all, old)
			}
		}
	}
	return all
}

// typed returns the condition for events of a type, under each name that it has or had. One name is compared and not looked
// up in a list: a server without a good plan for lists keeps its index.
func typed(eventType string, names EventNames) bson.E {
	all := namesOf(eventType, names)
	if len(all) == 1 {
		return bson.E{Key: eventdoc.FieldType, Value: all[0]}
	}
	return bson.E{Key: eventdoc.FieldType, Value: bson.D{{Key: "$in", Value: all}}}
}
